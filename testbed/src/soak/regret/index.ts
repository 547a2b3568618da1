import * as path from "node:path";
import { type Objective, regretRatio, slotUnderRandom } from "../../experiments/analysis/regret";
import { runPool } from "../../experiments/pool";
import type { SoakCheck, SoakDefinition } from "../soak";
import type { SeedJob, SeedRegrets } from "./one-seed";
import type { SwitchJob, SwitchRegrets } from "./switch-over";

const SLOTS = 3_000;
const SEEDS = 50;
const OBJECTIVES: readonly Objective[] = ["cost", "pdr"];
/** Upper end of the 95 % interval of P5's regret over that of the paper's policy. */
const BARS: Readonly<Record<string, number>> = { A: 0.25, B: 0.5, C: 0.5, D: 0.5, G: 0.25 };
const T10_SLOTS = 20;
const SWITCH_BAR = 0.2;

const moduleOf = (name: string): string =>
  path.join(__dirname, `${name}${path.extname(__filename)}`);

export const soak: SoakDefinition = {
  title: "P5's regret against the paper's policies, in virtual time, on scenarios A, B, C, D and G",
  run: async ({ count: seeds = SEEDS, seed }, output, signal) => {
    const checks: SoakCheck[] = [];
    const figures: Record<string, unknown> = { seeds, slots: SLOTS };
    const range = Array.from({ length: seeds }, (_, index) => seed + index);
    for (const [scenario, bar] of Object.entries(BARS)) {
      const onDone = (done: number): void =>
        output.progress(`scenario ${scenario}: ${done} of ${seeds} seeds`);
      const jobs = range.map(
        (one): SeedJob => ({ scenario, seed: one, slots: SLOTS, objectives: OBJECTIVES }),
      );
      const runs = await runPool<SeedJob, SeedRegrets>(moduleOf("one-seed"), jobs, {
        onDone,
        signal,
      });
      for (const objective of OBJECTIVES) {
        const of = runs.flatMap((run) => run[objective] ?? []);
        const ratio = regretRatio(
          of.map(({ p5 }) => p5),
          of.map(({ paper }) => paper),
        );
        checks.push({
          claim: `${scenario}, ${objective}: P5 regrets at most ${bar} of what the paper's policy does`,
          holds: ratio.high <= bar,
          found: `${ratio.value.toFixed(3)} (95 %: ${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`,
        });
        const t10 = slotUnderRandom(of.map(({ curves }) => curves));
        figures[`${scenario} ${objective}`] = { ...ratio, t10 };
        if (scenario !== "A") continue;
        checks.push({
          claim: `${scenario}, ${objective}: under a tenth of random choice's regret within ${T10_SLOTS} slots`,
          holds: t10 !== null && t10 <= T10_SLOTS,
          found: t10 === null ? "never" : `from slot ${t10} on`,
        });
      }
    }
    const switches = await runPool<SwitchJob, SwitchRegrets>(
      moduleOf("switch-over"),
      range.map((one) => ({ seed: one, slots: SLOTS })),
      { signal },
    );
    const ratio = regretRatio(
      switches.map(({ p5 }) => p5),
      switches.map(({ paper }) => paper),
    );
    figures.switchOver = ratio;
    checks.push({
      claim: `a switch with the shared link model regrets at most ${SWITCH_BAR} of the paper's reset in 100 slots`,
      holds: ratio.high <= SWITCH_BAR,
      found: `${ratio.value.toFixed(3)} (95 %: ${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`,
    });
    return { checks, figures };
  },
};
