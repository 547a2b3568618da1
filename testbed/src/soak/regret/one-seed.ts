import { type Objective, regretOf, totalRegret } from "../../experiments/analysis/regret";
import { trackOf } from "../../experiments/analysis/run-track";
import { createWorld } from "../../experiments/draw-world";
import { loadChannel } from "../../experiments/load-channel";
import { findShipped } from "../../experiments/shipped";
import { runVirtual } from "../../experiments/virtual";

/** Objective → the paper's policy for it, and what P4 and P5 call it. */
export const PAPER_POLICY: Readonly<Record<Objective, { paper: string; objective: string }>> = {
  cost: { paper: "P3", objective: "delay+pdr" },
  pdr: { paper: "P2", objective: "pdr" },
  delay: { paper: "P1", objective: "delay" },
};

export interface SeedJob {
  readonly scenario: string;
  readonly seed: number;
  readonly slots: number;
  readonly objectives: readonly Objective[];
}

/** By objective: what the paper's policy and P5 regret over all slots, and P5 slot by slot. */
export type SeedRegrets = Partial<
  Record<
    Objective,
    {
      readonly paper: number;
      readonly p5: number;
      readonly curves: { readonly regret: Float64Array; readonly random: Float64Array };
    }
  >
>;

const TIMEOUT_MS = 500;

/** The paper's channel under a scenario, one seed: one world for all policies. */
export function job({ scenario, seed, slots, objectives }: SeedJob): SeedRegrets {
  const channel = loadChannel(findShipped("paper", "channels", "."));
  const world = createWorld({ channel, scenario, seed, slots });
  const m = Math.max(3, Math.round(world.devices.length / 5));
  const regretUnder = (policy: string, objective: Objective, parameters: object) => {
    const run = { world, m, timeoutMs: TIMEOUT_MS, seed, run: "regret" };
    const log = runVirtual({ ...run, policy, parameters: { ...parameters } });
    return regretOf(trackOf(log), world, objective);
  };
  return Object.fromEntries(
    objectives.map((objective) => {
      const { paper, objective: named } = PAPER_POLICY[objective];
      const curves = regretUnder("P5", objective, { objective: named });
      const reference = regretUnder(paper, objective, {});
      return [
        objective,
        { paper: totalRegret(reference), p5: totalRegret(curves), curves },
      ] as const;
    }),
  );
}
