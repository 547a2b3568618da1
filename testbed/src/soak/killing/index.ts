import { createRng, systemClock } from "@fogwot/core";
import { processesMarked } from "../../files/process-table";
import type { SoakDefinition } from "../soak";
import { withSoakSite } from "../soak-site";

const DEFAULT_FOR_MS = 10 * 60_000;
const RECOVERY_LIMIT_MS = 20_000;

/** Kills one process of the site after the other, chosen by a seed, and waits until all is well. */
export const soak: SoakDefinition = {
  title: "any process killed at any time: everybody answers again (--for, 10 minutes by default)",
  run: ({ forMs = DEFAULT_FOR_MS }, output, signal) =>
    withSoakSite(output, signal, async ({ site, everybodyAnswers }) => {
      const rng = createRng(1, "killing");
      const endMs = systemClock.monotonicMs() + forMs;
      const recoveriesMs: number[] = [];
      let failure = "";
      while (systemClock.monotonicMs() < endMs && !signal.aborted && failure === "") {
        const victims = processesMarked("FOGWOT_RUN", site.info.runId);
        const victim = victims[rng.int(victims.length)];
        if (!victim) break;
        const name = victim.command.split(" ").find((part) => /dist|fogwot-board/.test(part)) ?? "";
        output.progress(`killed ${recoveriesMs.length + 1} processes, now ${name}`);
        try {
          process.kill(victim.pid, "SIGKILL");
        } catch {
          // It ended by itself a moment ago, along with one killed before.
          continue;
        }
        const { silent, tookMs } = await everybodyAnswers(RECOVERY_LIMIT_MS);
        recoveriesMs.push(tookMs);
        if (silent.length > 0 && !signal.aborted) failure = `after ${name}: ${silent.join("; ")}`;
      }
      const longestMs = Math.max(0, ...recoveriesMs);
      return [
        {
          claim: `every Thing answers over every binding within ${RECOVERY_LIMIT_MS / 1_000} s of each fault`,
          holds: failure === "" && recoveriesMs.length > 0,
          found: failure || `${recoveriesMs.length} faults, longest ${longestMs.toFixed(0)} ms`,
        },
      ];
    }),
};
