import type { Clock } from "@fogwot/core";

const BUCKETS = 60;
const BUCKET_MS = 1_000;

/** Events per second over the last minute, or since the first one where that is less. */
export class Rate {
  readonly #clock: Clock;
  readonly #counts = new Array<number>(BUCKETS).fill(0);
  #firstMs: number | null = null;
  #bucket = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(): void {
    const nowMs = this.#advance();
    this.#firstMs ??= nowMs;
    this.#counts[this.#bucket % BUCKETS] = (this.#counts[this.#bucket % BUCKETS] ?? 0) + 1;
  }

  /** null before the first event */
  get perSecond(): number | null {
    const nowMs = this.#advance();
    if (this.#firstMs === null) return null;
    const spanMs = Math.min(BUCKETS * BUCKET_MS, Math.max(BUCKET_MS, nowMs - this.#firstMs));
    return (this.#counts.reduce((sum, count) => sum + count, 0) * 1_000) / spanMs;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#firstMs = null;
  }

  #advance(): number {
    const nowMs = this.#clock.monotonicMs();
    const bucket = Math.floor(nowMs / BUCKET_MS);
    const passed = Math.min(BUCKETS, bucket - this.#bucket);
    for (let i = 1; i <= passed; i++) this.#counts[(this.#bucket + i) % BUCKETS] = 0;
    // After a long pause the loop has cleared every bucket, so where it began does not matter.
    this.#bucket = bucket;
    return nowMs;
  }
}
