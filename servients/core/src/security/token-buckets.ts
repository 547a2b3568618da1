import type { Clock } from "../time";

export interface TokenBucketsOptions {
  readonly perSecond: number;
  /** Taken at once after a rest. */
  readonly burst: number;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Keys remembered; beyond, the one that was used longest ago is forgotten. @default 10,000 */
  readonly maxKeys?: number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was true, monotonic ms. */
  atMs: number;
}

/** A token bucket for every key: a rate on average, and bursts. */
export class TokenBuckets {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ perSecond, burst, clock, maxKeys = 10_000 }: TokenBucketsOptions) {
    this.#perMs = perSecond / 1_000;
    this.#burst = burst;
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  /** @returns 0 when one was taken, else how long to wait for the next, ms */
  take(key: string): number {
    const bucket = this.#filled(key);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return (1 - bucket.tokens) / this.#perMs;
  }

  /** Undoes a `take`. */
  giveBack(key: string): void {
    const bucket = this.#filled(key);
    bucket.tokens = Math.min(this.#burst, bucket.tokens + 1);
  }

  #filled(key: string): Bucket {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#buckets.get(key);
    if (known) {
      known.tokens = Math.min(this.#burst, known.tokens + (nowMs - known.atMs) * this.#perMs);
      known.atMs = nowMs;
      return known;
    }
    if (this.#buckets.size >= this.#maxKeys) this.#forgetOne(nowMs);
    const bucket = { tokens: this.#burst, atMs: nowMs };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /**
   * One that is full again says no more than none at all. Where all of the oldest few are in use,
   * the first goes: who floods with addresses gets one try each either way.
   */
  #forgetOne(nowMs: number): void {
    let first: string | undefined;
    let seen = 0;
    for (const [key, { tokens, atMs }] of this.#buckets) {
      first ??= key;
      const isFull = tokens + (nowMs - atMs) * this.#perMs >= this.#burst;
      if (isFull) {
        this.#buckets.delete(key);
        return;
      }
      if (++seen >= 16) break;
    }
    if (first !== undefined) this.#buckets.delete(first);
  }
}

/**
 * Whom an address stands for. Of IPv6 the first 64 bits: the rest is the client's to choose.
 * @param remote as a socket has it, `::ffff:` before IPv4 included
 */
export function addressKey(remote: string): string {
  const address = remote.startsWith("::ffff:") ? remote.slice(7) : remote;
  if (!address.includes(":")) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const left = head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - left.filter(Boolean).length - right.length;
  const groups = [...left.filter(Boolean), ...Array(Math.max(0, missing)).fill("0"), ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
