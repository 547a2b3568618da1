import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { LivingSite } from "../site/living-site";
import type { SoakDefinition } from "../soak";
import { liveRuns } from "./live-runs";
import { runLiveVirtual } from "./run";

const FACTORY = path.join(packageRoot(__dirname), "sites", "factory", "site.yaml");
const POLICIES = ["P0", "P1", "P2", "P3"];
const SLOTS = 300;
const SEEDS = 400;
const ROUNDS = 3;
const MOST_LATE = 0.01;
/** Real time per modelled time, fastest first. */
const TIME_SCALES = [0.05, 0.1, 0.2, 0.5, 1];
const TRIAL_SLOTS = 60;
/** What the programs may add to a round trip: the model has nothing of it. */
const MOST_ADDED_MS = 25;

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
      mostLate: MOST_LATE,
      onProgress: output.progress,
      signal,
    });
    return { checks, figures: { timeScale, ...figures } };
  },
};

/** The fastest pace that this machine keeps, with little of its own in the round trips. */
async function fastest(
  start: (timeScale: number) => Promise<LivingSite>,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  for (const timeScale of TIME_SCALES) {
    onProgress(`trying time scale ${timeScale}`);
    await using site = await start(timeScale);
    const trial = { site, policies: ["P0"], rounds: 1, slots: TRIAL_SLOTS, onProgress, signal };
    const { slots, lateSlots, addedMs } = await liveRuns(trial);
    if (lateSlots <= slots * MOST_LATE && addedMs <= MOST_ADDED_MS) return timeScale;
  }
  return 1;
}
