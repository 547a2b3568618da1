import { InputError } from "@fogwot/core";
import type { World } from "../world";
import type { RunTrack } from "./run-track";
import { bootstrap, type Estimate, meanInterval, pairedRatio } from "./statistics";

/** What a policy is measured by, per request; all are sums over the M picks of a slot. */
export const OBJECTIVES = {
  delay: { unit: "ms", title: "round-trip time" },
  pdr: { unit: "replies", title: "packet delivery" },
  cost: { unit: "ms", title: "p·RTT + (1 − p)·T" },
} as const;

export type Objective = keyof typeof OBJECTIVES;

/** @throws InputError */
export function objectiveNamed(name: string): Objective {
  const known = name === "rtt" ? "delay" : name;
  if (known in OBJECTIVES) return known as Objective;
  const wanted = `one of ${Object.keys(OBJECTIVES).join(", ")}`;
  throw new InputError({ path: "objective", got: name, wanted });
}

/** Value of a link, the more the better. A link that never answers costs the whole time-out. */
function linkValue(objective: Objective, p: number, meanMs: number, timeoutMs: number): number {
  if (objective === "pdr") return p;
  const rttMs = p > 0 && Number.isFinite(meanMs) ? meanMs : timeoutMs;
  return objective === "delay" ? -rttMs : -(p * rttMs + (1 - p) * timeoutMs);
}

export interface RegretCurves {
  /** Value of the best M devices less that of the picks, by slot, in the objective's unit. */
  readonly regret: Float64Array;
  /** What choosing M devices at random would regret in that slot, in expectation. */
  readonly random: Float64Array;
}

/**
 * Regret of one run against the dynamic oracle, which knows every link's marginal delivery
 * probability and mean RTT in every slot and asks the exact top M. Channel luck cancels: both sides
 * are valued by the same marginal figures. @see reference section 4.3
 */
export function regretOf(track: RunTrack, world: World, objective: Objective): RegretCurves {
  const count = world.devices.length;
  const regret = new Float64Array(track.slots);
  const random = new Float64Array(track.slots);
  const values = new Float64Array(count);
  const truth = new Float64Array(2);
  const isPresent = presence(world);
  let oracle = topSums(values, track.m);
  for (let slot = 1; slot <= track.slots; slot++) {
    let hasChanged = slot === 1;
    const present = isPresent(slot);
    for (let d = 0; d < count; d++) {
      world.truth(slot, d, track.timeoutMs, truth);
      const value =
        present[d] === 1
          ? linkValue(objective, truth[0] as number, truth[1] as number, track.timeoutMs)
          : Number.NEGATIVE_INFINITY;
      hasChanged ||= value !== values[d];
      values[d] = value;
    }
    if (hasChanged) oracle = topSums(values, track.m);
    let got = 0;
    let picks = 0;
    for (let pick = (slot - 1) * track.m; pick < slot * track.m; pick++) {
      const device = track.picks[pick] as number;
      if (device < 0) continue;
      got += values[device] as number;
      picks++;
    }
    const best = oracle.top[picks] as number;
    // Rounding of two sums in different order must not show as regret below 0.
    regret[slot - 1] = Math.max(0, best - got);
    random[slot - 1] = best - picks * oracle.mean;
  }
  return { regret, random };
}

/** Which devices are there, slot by slot in rising order: the oracle cannot ask one that left. */
function presence({ devices, membership = [] }: World): (slot: number) => Uint8Array {
  const present = new Uint8Array(devices.length).fill(1);
  let next = 0;
  return (slot) => {
    for (; (membership[next]?.slot ?? Number.POSITIVE_INFINITY) <= slot; next++) {
      const change = membership[next];
      if (change) present[change.device] = change.isPresent ? 1 : 0;
    }
    return present;
  };
}

/** Sums of the largest 0, 1, … m values of devices that are there, and the mean of all those. */
function topSums(values: Float64Array, m: number): { top: Float64Array; mean: number } {
  const sorted = values.filter(Number.isFinite).sort().reverse();
  const top = new Float64Array(m + 1);
  for (let n = 1; n <= m; n++) top[n] = (top[n - 1] as number) + (sorted[n - 1] ?? 0);
  return { top, mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length };
}

/** Sum of a run's regret over slots from…to (1-based, included). */
export function totalRegret({ regret }: RegretCurves, from = 1, to = regret.length): number {
  return regret.subarray(from - 1, to).reduce((sum, value) => sum + value, 0);
}

/** Running sum, slot by slot. */
export function cumulative(values: Float64Array): Float64Array {
  let total = 0;
  return values.map((value) => {
    total += value;
    return total;
  });
}

/** Mean over runs in `every`-th slots, with 95 % intervals (Student's t over the seeds). */
export function meanCurve(
  runs: readonly Float64Array[],
  every: number,
): { readonly slot: number; readonly estimate: Estimate }[] {
  const slots = Math.min(...runs.map(({ length }) => length));
  return Array.from({ length: Math.floor(slots / every) }, (_, index) => {
    const slot = (index + 1) * every;
    return { slot, estimate: meanInterval(runs.map((run) => run[slot - 1] as number)) };
  });
}

/**
 * t10: first slot from which the regret, averaged over all runs, is and stays 50 slots under a
 * tenth of what random choice would regret in the same slots; null when it never does.
 */
export function slotUnderRandom(
  runs: readonly RegretCurves[],
  { share = 0.1, hold = 50 }: { readonly share?: number; readonly hold?: number } = {},
): number | null {
  const slots = Math.min(...runs.map(({ regret }) => regret.length));
  let held = 0;
  for (let at = 0; at < slots; at++) {
    let own = 0;
    let random = 0;
    for (const run of runs) {
      own += run.regret[at] as number;
      random += run.random[at] as number;
    }
    held = own < share * random ? held + 1 : 0;
    if (held >= hold) return at + 2 - hold;
  }
  return null;
}

/**
 * Regret of one policy over that of another on the same worlds, seed by seed, with a 95 % bootstrap
 * interval: below 1 the first is better. @param a regrets of the runs, in the order of `b`'s seeds
 */
export function regretRatio(a: readonly number[], b: readonly number[], seed = 1): Estimate {
  return pairedRatio(a, b, { seed });
}

/** Median over runs with a bootstrap interval, for box plots' notes. */
export function medianInterval(values: readonly number[]): Estimate {
  const middle = (units: Int32Array): number => {
    const drawn = Float64Array.from(units, (unit) => values[unit] as number).sort();
    const half = drawn.length >> 1;
    const upper = drawn[half] as number;
    return drawn.length % 2 === 1 ? upper : ((drawn[half - 1] as number) + upper) / 2;
  };
  return bootstrap(values.length, middle);
}
