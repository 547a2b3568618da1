import { createRng } from "@fogwot/core";
import { quantile, standardDeviation } from "../../../measure/statistics";
import { tQuantile } from "./distributions";

/** An estimate with its confidence interval, in the unit of the values. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Arithmetic mean; NaN for none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/**
 * Mean with Student's t interval; values that are not finite (a window without a reply) are left
 * out. Fewer than two values: the interval is the whole line.
 * @param confidence 0…1
 */
export function meanInterval(values: readonly number[], confidence = 0.95): Estimate {
  const used = values.filter(Number.isFinite);
  const value = mean(used);
  const deviation = standardDeviation(used);
  if (deviation === null) {
    return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  }
  const half =
    (tQuantile((1 + confidence) / 2, used.length - 1) * deviation) / Math.sqrt(used.length);
  return { value, low: value - half, high: value + half };
}

export interface BootstrapOptions {
  /** @default 0.95 */
  readonly confidence?: number;
  /** @default 2000 */
  readonly resamples?: number;
  /** Of the resampling. @default 1 */
  readonly seed?: number;
}

/**
 * Percentile bootstrap of any statistic of `count` exchangeable units (seeds, or pairs of them).
 * @param statistic gets the indices of the units drawn, with repetition
 * @see B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13
 */
export function bootstrap(
  count: number,
  statistic: (units: Int32Array) => number,
  { confidence = 0.95, resamples = 2000, seed = 1 }: BootstrapOptions = {},
): Estimate {
  const rng = createRng(seed, "bootstrap");
  const units = Int32Array.from({ length: count }, (_, index) => index);
  const value = statistic(units);
  const drawn = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    for (let i = 0; i < count; i++) units[i] = rng.int(count);
    drawn[sample] = statistic(units);
  }
  const sorted = drawn.filter(Number.isFinite).sort();
  const tail = (1 - confidence) / 2;
  return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Mean difference a − b of paired values with its bootstrap interval. */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions = {},
): Estimate {
  const differences = a.map((value, index) => value - (b[index] as number));
  return bootstrap(differences.length, (units) => meanOf(differences, units), options);
}

/** Ratio of means Σa / Σb of paired values with its bootstrap interval. */
export function pairedRatio(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions = {},
): Estimate {
  return bootstrap(a.length, (units) => meanOf(a, units) / meanOf(b, units), options);
}

function meanOf(values: readonly number[], units: Int32Array): number {
  let sum = 0;
  for (const unit of units) sum += values[unit] as number;
  return sum / units.length;
}
