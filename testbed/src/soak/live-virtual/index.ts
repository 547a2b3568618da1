import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { LivingSite } from "../site/living-site";
import type { SoakDefinition } from "../soak";
import { isSound, type MachineLimits, runLiveVirtual } from "./run";

const FACTORY = path.join(packageRoot(__dirname), "sites", "factory", "site.yaml");
const POLICIES = ["P0", "P1", "P2", "P3"];
const SLOTS = 300;
const SEEDS = 400;
const ROUNDS = 3;
/** The model has nothing of what machine and programs take: little of it may be in the round trips. */
const LIMITS: MachineLimits = { lateShare: 0.01, addedMs: 20, spikeShare: 0.005 };
/** Real time per modelled time, fastest first. */
const TIME_SCALES = [0.05, 0.1, 0.2, 0.5, 1];
const TRIAL_SLOTS = 60;
const TRIAL_SEEDS = 100;

export const soak: SoakDefinition = {
  title: "the factory senses as its virtual twin does: utilisation and PDR of P0 to P3",
  run: async ({ count: rounds = ROUNDS, seed }, output, signal) => {
    const start = (timeScale: number) =>
      LivingSite.start({
        from: FACTORY,
        site: (factory) => ({ ...factory, mashup: { ...factory.mashup, policy: "P0", seed } }),
        emulation: (emulation) => ({ ...emulation, seed }),
        args: ["--time-scale", String(timeScale)],
      });
    const timeScale = await fastest(start, output.progress, signal);
    output.progress(`starting the factory at time scale ${timeScale}`);
    await using site = await start(timeScale);
    const { figures, checks } = await runLiveVirtual({
      site,
      policies: POLICIES,
      rounds,
      slots: SLOTS,
      seeds: SEEDS,
      limits: LIMITS,
      onProgress: output.progress,
      signal,
    });
    return { checks, figures: { timeScale, ...figures } };
  },
};

/** The fastest pace at which nothing speaks against a conclusion. */
async function fastest(
  start: (timeScale: number) => Promise<LivingSite>,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  for (const timeScale of TIME_SCALES) {
    onProgress(`trying time scale ${timeScale}`);
    await using site = await start(timeScale);
    const { figures } = await runLiveVirtual({
      ...{ site, policies: ["P0"], rounds: 1, slots: TRIAL_SLOTS, seeds: TRIAL_SEEDS },
      ...{ limits: LIMITS, onProgress, signal },
    });
    if (isSound(figures, LIMITS)) return timeScale;
  }
  return 1;
}
