import { createWorld } from "./draw-world";
import { type Experiment, runNameOf } from "./experiment";
import type { RunLog } from "./run-log";
import { runVirtual } from "./virtual";

/** Every policy of an experiment on the world of one seed, in the experiment's order. */
export function playSeed(experiment: Experiment, seed: number): RunLog[] {
  const { channel, scenario, policies, m, timeoutMs, intervalMs, base } = experiment;
  const slots = Math.max(...policies.map((policy) => policy.slots));
  const world = createWorld({ channel, seed, slots, ...(scenario && { scenario }) });
  const run = runNameOf(experiment);
  return policies.map((policy) => {
    const [first, ...segments] = policy.segments;
    return runVirtual({
      ...{ world, seed, run, m, timeoutMs, intervalMs, base, segments },
      label: policy.label,
      policy: first?.policy ?? "",
      parameters: first?.parameters ?? {},
      slots: policy.slots,
    });
  });
}
