/** The least that counts as a hang, ms. */
const LEAST_LIMIT_MS = 250;
/** Longer than this many times its budget is a hang. */
const FACTOR = 5;
/** Of the newest time in the running mean. */
const WEIGHT = 0.1;

/**
 * How long a policy may take in a slot before it counts as one that never comes back: five times what
 * it says it takes, or has taken so far, and 250 ms at least.
 */
export class TimeBudget {
  readonly #declaredMs: number;
  #meanMs = 0;

  /** @param declaredMs 0: the policy says nothing */
  constructor(declaredMs: number) {
    this.#declaredMs = declaredMs;
  }

  get limitMs(): number {
    return Math.max(LEAST_LIMIT_MS, FACTOR * Math.max(this.#declaredMs, this.#meanMs));
  }

  add(tookMs: number): void {
    this.#meanMs += WEIGHT * (tookMs - this.#meanMs);
  }
}
