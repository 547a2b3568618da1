import type { World } from "../world";
import { ageOf, energyOf, pdrOf, rttOf } from "./metrics";
import { type Objective, regretOf, totalRegret } from "./regret";
import type { RunTrack, Window } from "./run-track";
import { wholeRun } from "./run-track";
import {
  type Estimate,
  meanInterval,
  pairedDifference,
  type SignedRankTest,
  signedRankTest,
  type Variability,
  variability,
} from "./statistics";

/** A figure of merit of one run. */
export interface Merit {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly digits: number;
  of(track: RunTrack, window: Window, world: () => World): number;
}

const regretMerit = (objective: Objective, unit: string, digits: number): Merit => ({
  name: `regret-${objective}`,
  title: `regret, ${objective}`,
  unit,
  better: "lower",
  digits,
  of: (track, { from, to }, world) =>
    totalRegret(regretOf(track, world(), objective), from, to) / (to - from + 1),
});

/** Figures that runs are compared by. */
export const MERITS: readonly Merit[] = [
  {
    name: "rtt",
    title: "RTT of replies",
    unit: "ms",
    better: "lower",
    digits: 2,
    of: rttOf,
  },
  { name: "pdr", title: "PDR", unit: "replies/request", better: "higher", digits: 4, of: pdrOf },
  {
    name: "energy",
    title: "energy per slot",
    unit: "mJ",
    better: "lower",
    digits: 2,
    of: energyOf,
  },
  {
    name: "age",
    title: "age of information",
    unit: "s",
    better: "lower",
    digits: 2,
    of: (track, window) => (ageOf(track, window) * track.intervalMs) / 1000,
  },
  regretMerit("cost", "ms per slot", 2),
  regretMerit("pdr", "replies per slot", 4),
  regretMerit("delay", "ms per slot", 2),
];

export interface Comparison {
  readonly merit: Merit;
  /** Values by seed, both on the same worlds. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly meanA: Estimate;
  readonly meanB: Estimate;
  /** a − b, bootstrap over the pairs. */
  readonly difference: Estimate;
  readonly test: SignedRankTest;
  /** Spread of the runs of each; null with too few. */
  readonly variabilityA: Variability | null;
  readonly variabilityB: Variability | null;
}

export interface ComparedRuns {
  readonly a: readonly RunTrack[];
  readonly b: readonly RunTrack[];
  readonly worldA: (seed: number) => World;
  readonly worldB: (seed: number) => World;
  /** @default all slots */
  readonly fromSlot?: number;
}

/** Compares two policies seed by seed: only seeds that both have count. */
export function compareRuns(runs: ComparedRuns, merits: readonly Merit[] = MERITS): Comparison[] {
  const bySeed = new Map(runs.b.map((track) => [track.seed, track]));
  const pairs = runs.a.flatMap((a) => {
    const b = bySeed.get(a.seed);
    return b ? [{ a, b }] : [];
  });
  const { fromSlot = 1 } = runs;
  const value = (merit: Merit, track: RunTrack, world: (seed: number) => World): number =>
    merit.of(track, { ...wholeRun(track), from: fromSlot }, () => world(track.seed));
  // Seed by seed, so that a world is drawn once for all merits.
  const values = pairs.map(({ a, b }) =>
    merits.map((merit) => [value(merit, a, runs.worldA), value(merit, b, runs.worldB)] as const),
  );
  return merits.flatMap((merit, index) => {
    const own = values
      .map((row) => row[index] as readonly [number, number])
      .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
    const a = own.map(([value]) => value);
    const b = own.map(([, value]) => value);
    // A merit that the channel names nothing for (energy) says nothing.
    if (own.length === 0 || [...a, ...b].every((one) => one === 0)) return [];
    return [
      {
        merit,
        a,
        b,
        meanA: meanInterval(a),
        meanB: meanInterval(b),
        difference: pairedDifference(a, b),
        test: signedRankTest(a, b),
        variabilityA: variability(a),
        variabilityB: variability(b),
      },
    ];
  });
}
