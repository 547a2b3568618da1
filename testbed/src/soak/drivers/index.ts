import { systemClock } from "@fogwot/core";
import { siteProcesses } from "../site/children";
import { LivingSite } from "../site/living-site";
import { FACTORY, withPerfectLinks } from "../site/site-copy";
import type { SoakDefinition } from "../soak";
import { runDrivers } from "./run";

const SAMPLE_MS = 2_000;
/** Between an answer and the next question to the same device: ten a second, BLE included. */
const PAUSE_MS = 100;
/** Of the run, before the first forced collection: its effect on RSS is over when the warm-up is. */
const EARLY = 0.1;

export const soak: SoakDefinition = {
  title:
    "the factory's seven sensors are asked at the same time, on and on: no answer missing, no memory kept",
  run: async ({ forMs }, output, signal) => {
    output.progress("starting the factory");
    await using site = await LivingSite.start({
      from: FACTORY,
      emulation: withPerfectLinks,
      args: ["--no-sense"],
    });
    const endMs = systemClock.monotonicMs() + forMs;
    const leftMs = (): number => endMs - systemClock.monotonicMs();
    const { checks, figures } = await runDrivers({
      ...{ site, sampleMs: SAMPLE_MS, pauseMs: PAUSE_MS },
      processes: await processIds(site),
      collecting: { folder: site.memoryFolder, isWarm: () => leftMs() < forMs * (1 - EARLY) },
      goesOn: () => !signal.aborted && leftMs() > 0,
      onProgress: output.progress,
    });
    return { checks, figures: { ...figures } };
  },
};

/** "fog-ble" and "fog-ble driver" → process id. */
async function processIds(site: LivingSite): Promise<Map<string, number>> {
  const { nodes, drivers } = await siteProcesses(site);
  return new Map(
    nodes.flatMap(({ name, pid = -1 }, at) => [
      [name, pid] as const,
      // Each node of the factory has one.
      [`${name} driver`, drivers[at]?.pid ?? -1] as const,
    ]),
  );
}
