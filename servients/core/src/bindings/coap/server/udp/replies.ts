import type { Clock } from "../../../../time";
import { Code } from "../../message";
import { ReplyCache } from "../../transport";
import type { UdpExchange } from "./udp-exchange";

/**
 * Duplicates of reads are harmless and may be answered anew (RFC 7252, section 4.5), so their answers
 * get less room; a flood of them never pushes out what was answered to an action. About 6 MB when full.
 */
const READS = { maximumEntries: 1_024, maximumBytes: 512 * 1024 };
const OTHERS = { maximumEntries: 4_096, maximumBytes: 2 * 1024 * 1024 };

/** A server's memory of what it answered to which message. */
export class Replies {
  readonly #reads: ReplyCache;
  readonly #others: ReplyCache;

  constructor(clock: Clock, lifetimeMs: number) {
    this.#reads = new ReplyCache({ clock, lifetimeMs, ...READS });
    this.#others = new ReplyCache({ clock, lifetimeMs, ...OTHERS });
  }

  get size(): number {
    return this.#reads.size + this.#others.size;
  }

  find(key: string): Buffer | undefined {
    return this.#reads.get(key) ?? this.#others.get(key);
  }

  /** @param datagram empty where a repeated request is to be ignored */
  remember({ key, request }: UdpExchange, datagram: Buffer): void {
    (request.code === Code.get ? this.#reads : this.#others).set(key, datagram);
  }

  clear(): void {
    this.#reads.clear();
    this.#others.clear();
  }
}
