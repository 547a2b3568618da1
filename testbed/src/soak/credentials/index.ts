import type { SoakDefinition } from "../soak";
import { logCheck } from "./logs";
import { runCredentials, untilMs } from "./run";
import { startSecuredSite } from "./secured-site";

export const soak: SoakDefinition = {
  title:
    "every operation of every Thing over every binding with no, wrong, expired and other users' credentials",
  run: async ({ forMs }, output, signal) => {
    output.progress("starting a secured site");
    const secured = await startSecuredSite();
    try {
      const goesOn = untilMs(forMs);
      const { checks, figures } = await runCredentials({
        secured,
        goesOn: (round) => !signal.aborted && goesOn(round),
        onProgress: output.progress,
      });
      return { checks: [...checks, logCheck(secured)], figures: { ...figures } };
    } finally {
      await secured.site.stop();
    }
  },
};
