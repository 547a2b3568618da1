import { createHash } from "node:crypto";
import type { Clock } from "../../../time";
import {
  type Block,
  blockOption,
  Code,
  findOption,
  type Option,
  OptionNumber,
  uintOption,
} from "../message";
import { type Response, response } from "./exchange";

export interface BlockSlicesOptions {
  readonly clock: Clock;
  /** Largest payload of one datagram: 16, 32, … 1024 bytes. */
  readonly blockSize: number;
  readonly maximumTotalBytes: number;
  /** How long the rest of a large response can be fetched. */
  readonly lifetimeMs: number;
  /** A client has fetched the last block. */
  readonly onFetched: (key: string) => void;
}

interface Kept {
  readonly response: Response;
  readonly keptAtMs: number;
}

const ETAG_BYTES = 8;

/** A short name of a representation's bytes (RFC 7252, section 5.10.6). */
export function etagOf(payload: Buffer): Buffer {
  return createHash("sha256").update(payload).digest().subarray(0, ETAG_BYTES);
}

/**
 * Cuts large responses into blocks (RFC 7959, section 2.4) and keeps each one until its client has
 * fetched it, so that all blocks are of one state and an action is not invoked again for block 2.
 */
export class BlockSlices {
  readonly #kept = new Map<string, Kept>();
  readonly #options: BlockSlicesOptions;
  #bytes = 0;

  constructor(options: BlockSlicesOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The first datagram's worth of a response, or the asked-for block of it. */
  first(key: string, whole: Response, asked: Block | undefined): Response {
    const size = Math.min(asked?.size ?? 1024, this.#options.blockSize);
    if (whole.payload.length <= size) {
      const isPlain = !asked || (whole.payload.length === 0 && asked.number === 0);
      return isPlain ? whole : slice(whole, asked.number, size);
    }
    const named = withEtag(whole);
    this.#keep(key, named);
    return slice(named, asked?.number ?? 0, size);
  }

  /** A later block of a response kept before; undefined when it is gone. */
  next(key: string, asked: Block): Response | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (!this.#isAlive(kept)) {
      this.#forget(key);
      return undefined;
    }
    const size = Math.min(asked.size, this.#options.blockSize);
    if ((asked.number + 1) * size >= kept.response.payload.length) this.#options.onFetched(key);
    return slice(kept.response, asked.number, size);
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  #keep(key: string, whole: Response): void {
    this.#forget(key);
    this.#kept.set(key, { response: whole, keptAtMs: this.#options.clock.monotonicMs() });
    this.#bytes += whole.payload.length;
    for (const [oldestKey, oldest] of this.#kept) {
      if (oldestKey === key) return;
      if (this.#bytes <= this.#options.maximumTotalBytes && this.#isAlive(oldest)) return;
      this.#forget(oldestKey);
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#bytes -= kept.response.payload.length;
    this.#kept.delete(key);
  }

  #isAlive(kept: Kept): boolean {
    return this.#options.clock.monotonicMs() - kept.keptAtMs < this.#options.lifetimeMs;
  }
}

function withEtag(whole: Response): Response {
  if (findOption(whole.options, OptionNumber.etag)) return whole;
  const etag: Option = { number: OptionNumber.etag, value: etagOf(whole.payload) };
  return { ...whole, options: [...whole.options, etag] };
}

function slice(whole: Response, number: number, size: number): Response {
  const start = number * size;
  if (number > 0 && start >= whole.payload.length) return response(Code.badOption);
  const end = Math.min(start + size, whole.payload.length);
  const more = end < whole.payload.length;
  const options = [...whole.options, blockOption(OptionNumber.block2, { number, more, size })];
  if (number === 0 && more) options.push(uintOption(OptionNumber.size2, whole.payload.length));
  return { ...whole, options, payload: whole.payload.subarray(start, end) };
}
