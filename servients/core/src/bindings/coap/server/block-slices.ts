import { createHash } from "node:crypto";
import type { Clock } from "../../../time";
import {
  type Block,
  blockOption,
  blockSizeWithin,
  Code,
  findOption,
  type Option,
  OptionNumber,
  uintOption,
} from "../message";
import { type Response, response } from "./exchange";
import type { Peer } from "./peer";

export interface BlockSlicesOptions {
  readonly clock: Clock;
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

  /** The first message's worth of a response, or the asked-for block of it. */
  first(
    transferKey: string | (() => string),
    whole: Response,
    asked: Block | undefined,
    peer: Room,
  ): Response {
    const cut = cutFor(asked, peer);
    if (whole.payload.length <= (asked ? cut.bytes : peer.roomBytes)) {
      const isPlain = !asked || (whole.payload.length === 0 && asked.number === 0);
      return isPlain ? whole : slice(whole, asked.number, cut);
    }
    const named = withEtag(whole);
    this.#keep(typeof transferKey === "string" ? transferKey : transferKey(), named);
    return slice(named, asked?.number ?? 0, cut);
  }

  /** A later block of a response kept before; undefined when it is gone. */
  next(key: string, asked: Block, peer: Room): Response | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (!this.#isAlive(kept)) {
      this.#forget(key);
      return undefined;
    }
    const cut = cutFor(asked, peer);
    const end = asked.number * cut.size + cut.bytes;
    if (end >= kept.response.payload.length) this.#options.onFetched(key);
    return slice(kept.response, asked.number, cut);
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

/** How much a message takes. */
export type Room = Pick<Peer, "roomBytes" | "takesBert">;

/** How one message's part is cut out: `size` is the unit of block numbers. */
interface Cut {
  readonly size: number;
  readonly bytes: number;
  readonly isBert: boolean;
}

function cutFor(asked: Block | undefined, { roomBytes, takesBert }: Room): Cut {
  const isBert = takesBert && roomBytes >= BERT_UNIT && (!asked || asked.isBert === true);
  if (isBert) return { size: BERT_UNIT, bytes: roomBytes - (roomBytes % BERT_UNIT), isBert };
  const size = Math.min(asked?.size ?? BERT_UNIT, blockSizeWithin(roomBytes));
  return { size, bytes: size, isBert };
}

const BERT_UNIT = 1024;

function slice(whole: Response, number: number, { size, bytes, isBert }: Cut): Response {
  const start = number * size;
  if (number > 0 && start >= whole.payload.length) return response(Code.badOption);
  const end = Math.min(start + bytes, whole.payload.length);
  const more = end < whole.payload.length;
  const block = { number, more, size, ...(isBert ? { isBert } : {}) };
  const options = [...whole.options, blockOption(OptionNumber.block2, block)];
  if (number === 0 && more) options.push(uintOption(OptionNumber.size2, whole.payload.length));
  return { ...whole, options, payload: whole.payload.subarray(start, end) };
}
