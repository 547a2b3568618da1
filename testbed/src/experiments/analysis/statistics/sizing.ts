import { InputError } from "@fogwot/core";
import { binomialCdf } from "./distributions";

export interface Sizing {
  /** Runs from which a bound of the percentile on one side is known. */
  readonly oneSided: number;
  /** Runs for an interval around it; differs from `oneSided` only for the median. */
  readonly twoSided: number;
}

/**
 * How many runs an experiment needs before a percentile of its results can be bounded at all,
 * whatever their distribution.
 *
 * @param percentile 0…100, both excluded
 * @param confidence 0…100, both excluded
 * @param robustness runs at the extreme that may be thrown away
 * @throws InputError
 * @see R. Jacob et al., TriScale, J. Systems Research 1 (2021), `experiment_sizing`; after W. R.
 * Thompson, Annals of Mathematical Statistics 7 (1936)
 */
export function experimentSizing(percentile: number, confidence: number, robustness = 0): Sizing {
  checkPercent("percentile", percentile);
  checkPercent("confidence", confidence);
  if (!Number.isInteger(robustness) || robustness < 0) {
    throw new InputError({ path: "robustness", got: robustness, wanted: "a whole number from 0" });
  }
  const p = Math.min(percentile, 100 - percentile) / 100;
  const oneSided = smallest(robustness, (runs) => 1 - binomialCdf(robustness, runs, p), confidence);
  if (percentile !== 50) return { oneSided, twoSided: oneSided };
  const both = (runs: number): number => 1 - 2 * binomialCdf(robustness, runs, p);
  return { oneSided, twoSided: smallest(robustness, both, confidence) };
}

function smallest(
  robustness: number,
  confidenceWith: (runs: number) => number,
  confidence: number,
): number {
  let runs = robustness === 0 ? 1 : 2 * (robustness + 1);
  // A confidence met exactly must not fail for the last bit of it.
  while (confidenceWith(runs) < confidence / 100 - 1e-12) runs++;
  return runs;
}

export interface Variability {
  readonly low: number;
  readonly high: number;
  /** high − low, in the values' unit: how far two repetitions of the experiment may lie apart. */
  readonly score: number;
  /** Score over the middle of the interval. */
  readonly relative: number;
}

/**
 * How far results scatter from run to run: the lower bound of one percentile to the upper bound of
 * its mirror image, at the given confidence. Null with too few runs (`experimentSizing`).
 * @throws InputError
 * @see TriScale, `analysis_variability`
 */
export function variability(
  values: readonly number[],
  percentile = 25,
  confidence = 95,
): Variability | null {
  checkPercent("percentile", percentile);
  checkPercent("confidence", confidence);
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  const p = Math.min(percentile, 100 - percentile) / 100;
  const tails = p === 0.5 ? 2 : 1;
  const reaches = (k: number): boolean =>
    1 - tails * binomialCdf(k, sorted.length, p) >= confidence / 100 - 1e-12;
  if (sorted.length === 0 || !reaches(0)) return null;
  let index = 0;
  while (reaches(index + 1)) index++;
  const low = sorted[index] as number;
  const high = sorted[sorted.length - 1 - index] as number;
  return { low, high, score: high - low, relative: (high - low) / ((high + low) / 2) };
}

function checkPercent(path: string, value: number): void {
  if (value > 0 && value < 100) return;
  throw new InputError({ path, got: value, wanted: "a number between 0 and 100, both excluded" });
}
