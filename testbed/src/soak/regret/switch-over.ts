import { type Objective, regretOf, totalRegret } from "../../experiments/analysis/regret";
import { trackOf } from "../../experiments/analysis/run-track";
import { createWorld } from "../../experiments/draw-world";
import { loadChannel } from "../../experiments/load-channel";
import { findShipped } from "../../experiments/shipped";
import { runVirtual } from "../../experiments/virtual";

export interface SwitchJob {
  readonly seed: number;
  /** Slots before the switch. */
  readonly slots: number;
}

/** Regret of the first slots after a switch: the paper's, which starts from nothing, and P5's. */
export interface SwitchRegrets {
  readonly paper: number;
  readonly p5: number;
}

/** P1 → P2, in the paper by another process; P5 changes its objective and keeps its link model. */
const AFTER: { readonly paper: string; readonly objective: Objective; readonly named: string } = {
  paper: "P2",
  objective: "pdr",
  named: "pdr",
};
const WATCHED_SLOTS = 100;

export function job({ seed, slots }: SwitchJob): SwitchRegrets {
  const channel = loadChannel(findShipped("paper", "channels", "."));
  const world = createWorld({ channel, seed, slots: slots + WATCHED_SLOTS });
  const common = { world, m: 3, timeoutMs: 500, seed, run: "switch" };
  const from = slots + 1;
  const paper = runVirtual({
    ...common,
    policy: "P1",
    segments: [{ fromSlot: from, policy: AFTER.paper, carry: "none" }],
  });
  const p5 = runVirtual({
    ...common,
    policy: "P5",
    parameters: { objective: "delay" },
    segments: [
      { fromSlot: from, policy: "P5", parameters: { objective: AFTER.named }, carry: "model" },
    ],
  });
  const regret = (log: typeof p5): number =>
    totalRegret(regretOf(trackOf(log), world, AFTER.objective), from, slots + WATCHED_SLOTS);
  return { paper: regret(paper), p5: regret(p5) };
}
