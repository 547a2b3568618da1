import type { Clock } from "@fogwot/core";

/** Node's timers take 32 bits; a later moment is looked at again then. */
const maxTimerMs = 2 ** 31 - 1;

/** One timer for the earliest of many ends, which may be put off before they come. */
export class ExpiryTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #nextMs = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(options: { clock: Clock; onDue: () => void }) {
    this.#clock = options.clock;
    this.#onDue = options.onDue;
  }

  /** Whether something may have ended by now. */
  get isDue(): boolean {
    return this.#clock.now() >= this.#nextMs;
  }

  /** Something else ends at `endMs`; infinity is never. */
  expect(endMs: number): void {
    if (endMs >= this.#nextMs) return;
    this.#nextMs = endMs;
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#isStopped) return;
    const delayMs = Math.min(maxTimerMs, Math.max(0, endMs - this.#clock.now()));
    this.#cancel = this.#clock.schedule(delayMs, () => {
      // Timers may be early, or span less than the whole way: looking at it sets the next one.
      this.#nextMs = Number.NEGATIVE_INFINITY;
      this.#onDue();
    });
  }

  /** Forgets what was expected: all ends have been looked at, and `endMs` is the earliest. */
  restart(endMs: number): void {
    this.#nextMs = Number.POSITIVE_INFINITY;
    this.expect(endMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
