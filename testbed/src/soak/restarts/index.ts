import { systemClock } from "@fogwot/core";
import { LivingSite } from "../site/living-site";
import { withPerfectLinks } from "../site/site-copy";
import type { SoakDefinition } from "../soak";
import { runRestarts } from "./run";

const RECOVERY_LIMIT_MS = 30_000;

export const soak: SoakDefinition = {
  title: "any part killed at any time, two at once, a driver that hangs: all is well again",
  run: async ({ forMs, seed }, output, signal) => {
    output.progress("starting a site");
    await using site = await LivingSite.start({
      site: (wifi) => ({ ...wifi, mashup: { ...wifi.mashup, m: 3, intervalMs: 500 } }),
      emulation: withPerfectLinks,
    });
    const endMs = systemClock.monotonicMs() + forMs;
    const { checks, figures } = await runRestarts({
      site,
      seed,
      signal,
      limitMs: RECOVERY_LIMIT_MS,
      goesOn: () => systemClock.monotonicMs() < endMs,
      onProgress: output.progress,
    });
    return { checks, figures: { ...figures } };
  },
};
