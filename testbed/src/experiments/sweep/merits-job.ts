import { MERITS } from "../analysis/comparison";
import { worldsOf } from "../analysis/results";
import { trackOf, wholeRun } from "../analysis/run-track";
import type { Experiment } from "../experiment";
import { playSeed } from "../play-seed";

export interface MeritsJob {
  readonly experiment: Experiment;
  readonly seed: number;
}

/** Figures of merit of one run, in the order of MERITS; NaN where there is none. */
export interface RunMerits {
  readonly policy: string;
  readonly seed: number;
  readonly values: readonly number[];
}

/** Plays a seed and keeps no more than its figures: a sweep of thousands of runs fits in memory. */
export function job({ experiment, seed }: MeritsJob): RunMerits[] {
  const world = worldsOf(experiment);
  return playSeed(experiment, seed).map((log) => {
    const track = trackOf(log);
    const values = MERITS.map((merit) => merit.of(track, wholeRun(track), () => world(seed)));
    return { policy: log.policy, seed, values };
  });
}
