import { trackOf } from "../analysis/run-track";
import type { ChannelChange, ChannelProfile } from "../channel";
import { createWorld } from "../draw-world";
import { runVirtual } from "../virtual";
import type { World } from "../world";
import { type Kpis, kpisOf } from "./kpis";
import { RUN_SLOTS } from "./reference";
import { loadVariant } from "./variant";

/** One policy, run as a variant says, over all seeds of a job. */
export interface TrialPlan {
  readonly policy: string;
  /** File in `variants/`; absent: as pinned. */
  readonly variant?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Added to the channel's own. */
  readonly changes?: readonly ChannelChange[];
  /** Slots before the plateau. */
  readonly plateauAfter: number;
}

export interface TrialJob {
  readonly channel: ChannelProfile;
  readonly seeds: readonly number[];
  readonly m: number;
  readonly timeoutMs: number;
  readonly plans: readonly TrialPlan[];
}

export interface TrialResult {
  /** In the order of the seeds. */
  readonly kpis: readonly Kpis[];
  /** By slot, summed over the seeds: for the ensemble's convergence. */
  readonly rttSumMs: Float64Array;
  readonly replies: Float64Array;
}

/** Runs all plans of a job on the same worlds. @returns results in the order of the plans */
export function job({ channel, seeds, m, timeoutMs, plans }: TrialJob): TrialResult[] {
  const results = plans.map(() => ({
    kpis: [] as Kpis[],
    rttSumMs: new Float64Array(RUN_SLOTS),
    replies: new Float64Array(RUN_SLOTS),
  }));
  for (const seed of seeds) {
    const worlds = new Map<string, World>();
    for (const [index, plan] of plans.entries()) {
      const own = plan.variant === undefined ? {} : loadVariant(plan.variant).run(plan.policy);
      if (own === null) continue;
      const changed = { ...channel, loss: own.loss ?? channel.loss };
      const profile = { ...changed, changes: [...channel.changes, ...(plan.changes ?? [])] };
      const key = JSON.stringify([profile.loss, plan.changes]);
      const world = worlds.get(key) ?? createWorld({ channel: profile, seed, slots: RUN_SLOTS });
      worlds.set(key, world);
      const policy = typeof own.policy === "function" ? own.policy(world) : own.policy;
      const log = runVirtual({
        world,
        policy: policy ?? plan.policy,
        parameters: { ...own.parameters, ...plan.parameters },
        m,
        timeoutMs: own.timeoutMs ?? timeoutMs,
        seed,
        run: "trial",
        label: plan.policy,
      });
      const track = trackOf(log);
      const result = results[index] as (typeof results)[number];
      result.kpis.push(kpisOf(track, { from: 1, to: track.slots }, plan.plateauAfter));
      for (let at = 0; at < track.slots; at++) {
        result.rttSumMs[at] = (result.rttSumMs[at] as number) + (track.rttSumMs[at] as number);
        result.replies[at] = (result.replies[at] as number) + (track.replies[at] as number);
      }
    }
  }
  return results;
}

/** Results of the same plans over several jobs, as if they had been one. */
export function mergeTrials(parts: readonly (readonly TrialResult[])[]): TrialResult[] {
  const first = parts[0] ?? [];
  return first.map((_, plan) => {
    const own = parts.map((part) => part[plan] as TrialResult);
    const total = (column: "rttSumMs" | "replies"): Float64Array =>
      Float64Array.from({ length: RUN_SLOTS }, (__, at) =>
        own.reduce((sum, one) => sum + (one[column][at] as number), 0),
      );
    return {
      kpis: own.flatMap(({ kpis }) => kpis),
      rttSumMs: total("rttSumMs"),
      replies: total("replies"),
    };
  });
}

/** Seeds in jobs of a few, so that all cores have something to do to the end. */
export function jobsOf(job: TrialJob, seedsPerJob = 5): TrialJob[] {
  const jobs: TrialJob[] = [];
  for (let from = 0; from < job.seeds.length; from += seedsPerJob) {
    jobs.push({ ...job, seeds: job.seeds.slice(from, from + seedsPerJob) });
  }
  return jobs;
}
