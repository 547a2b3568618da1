import { grown } from "../grown";

/** Splits tried per device: when all are in use, every other one is given up. */
const SPLITS = 16;
const EDGE = 1e-9;

/**
 * Generalised likelihood-ratio test for a change in the mean of numbers 0…1, per device: is the
 * history so far better told as two means, before and after some split, than as one?
 *
 * Splits are kept at intervals that double as the history grows, so that a test is 16 comparisons
 * and not as many as there were samples.
 */
export class ChangeTest {
  readonly #falseAlarms: number;
  /** Number and sum of the samples up to each split. */
  #splitN = new Float32Array(SPLITS);
  #splitSum = new Float32Array(SPLITS);
  #splits = new Uint8Array(1);
  #interval = new Uint32Array(1);

  constructor(falseAlarms: number) {
    this.#falseAlarms = falseAlarms;
  }

  join(handle: number): void {
    this.#splitN = grown(this.#splitN, SPLITS * (handle + 1));
    this.#splitSum = grown(this.#splitSum, SPLITS * (handle + 1));
    this.#splits = grown(this.#splits, handle + 1);
    this.#interval = grown(this.#interval, handle + 1);
    this.forget(handle);
  }

  forget(handle: number): void {
    this.#splits[handle] = 0;
    this.#interval[handle] = 1;
  }

  forgetAll(): void {
    this.#splits.fill(0);
    this.#interval.fill(1);
  }

  /** @param n number and `sum` of all samples, the newest among them */
  hasChanged(handle: number, n: number, sum: number): boolean {
    const threshold = (1 + 1 / n) * Math.log((3 * n * Math.sqrt(n)) / this.#falseAlarms);
    const first = handle * SPLITS;
    for (let i = first; i < first + (this.#splits[handle] as number); i++) {
      const n1 = this.#splitN[i] as number;
      const sum1 = this.#splitSum[i] as number;
      const n2 = n - n1;
      if (n2 <= 0) continue;
      const all = sum / n;
      const ratio = n1 * divergence(sum1 / n1, all) + n2 * divergence((sum - sum1) / n2, all);
      if (ratio > threshold) return true;
    }
    if (n % (this.#interval[handle] as number) === 0) this.#split(handle, n, sum);
    return false;
  }

  snapshot(bound: number): unknown {
    return [
      Array.from(this.#splitN.subarray(0, SPLITS * bound)),
      Array.from(this.#splitSum.subarray(0, SPLITS * bound)),
      Array.from(this.#splits.subarray(0, bound)),
      Array.from(this.#interval.subarray(0, bound)),
    ];
  }

  restore(state: unknown, bound: number): void {
    const [n, sum, splits, interval] = state as [number[], number[], number[], number[]];
    for (let handle = 0; handle < bound; handle++) this.join(handle);
    this.#splitN.set(n);
    this.#splitSum.set(sum);
    this.#splits.set(splits);
    this.#interval.set(interval);
  }

  #split(handle: number, n: number, sum: number): void {
    const first = handle * SPLITS;
    let count = this.#splits[handle] as number;
    if (count === SPLITS) {
      count = SPLITS / 2;
      for (let i = 0; i < count; i++) {
        this.#splitN[first + i] = this.#splitN[first + 2 * i + 1] as number;
        this.#splitSum[first + i] = this.#splitSum[first + 2 * i + 1] as number;
      }
      this.#interval[handle] = 2 * (this.#interval[handle] as number);
    }
    this.#splitN[first + count] = n;
    this.#splitSum[first + count] = sum;
    this.#splits[handle] = count + 1;
  }
}

/** Kullback–Leibler divergence of two Bernoulli means. */
function divergence(p: number, q: number): number {
  const a = Math.max(EDGE, Math.min(1 - EDGE, p));
  const b = Math.max(EDGE, Math.min(1 - EDGE, q));
  return a * Math.log(a / b) + (1 - a) * Math.log((1 - a) / (1 - b));
}
