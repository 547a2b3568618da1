import { systemClock } from "@fogwot/core";
import { LivingSite } from "../site/living-site";
import type { SoakDefinition } from "../soak";
import { runSensing } from "./run";

/** Real time per modelled time: a slot lasts 100 ms. */
const TIME_SCALE = 0.1;
const SAMPLE_MS = 1_000;
const LEAST_PACE = 0.9;

export const soak: SoakDefinition = {
  title:
    "the Wi-Fi site senses on, ten times as fast: no slot lost, no memory lost, delivery as modelled",
  run: async ({ forMs, seed }, output, signal) => {
    output.progress("starting a site");
    await using site = await LivingSite.start({
      site: (wifi) => ({ ...wifi, mashup: { ...wifi.mashup, policy: "P0", m: 3, seed } }),
      args: ["--time-scale", String(TIME_SCALE)],
    });
    const endMs = systemClock.monotonicMs() + forMs;
    const { checks, figures } = await runSensing({
      site,
      sampleMs: SAMPLE_MS,
      leastPace: LEAST_PACE,
      goesOn: () => !signal.aborted && systemClock.monotonicMs() < endMs,
      onProgress: output.progress,
    });
    return { checks, figures: { ...figures } };
  },
};
