import { systemClock } from "@fogwot/core";
import { residentBytes } from "../../files/process-table";
import { SiteConsumer } from "../site/consumer";
import type { LivingSite } from "../site/living-site";
import type { SoakCheck } from "../soak";
import { type MemoryFigures, MemorySeries } from "../verdict/memory-series";
import { type Polled, poll } from "./polling";
import { type ResidentFigures, ResidentSeries } from "./resident-series";

export interface DriversOptions {
  readonly site: Pick<LivingSite, "attached">;
  /** Fog nodes and drivers: name → process id. */
  readonly processes: ReadonlyMap<string, number>;
  /**
   * Where they tell what they hold after a garbage collection, which they are asked for twice: once
   * `isWarm` says so, and at the end. Without it nobody asks them.
   */
  readonly collecting?: { readonly folder: string; readonly isWarm: () => boolean };
  readonly goesOn: () => boolean;
  /** Between two looks at memory. */
  readonly sampleMs: number;
  /** Between an answer and the next question to the same device. */
  readonly pauseMs: number;
  readonly onProgress?: (text: string) => void;
}

export interface DriversFigures {
  readonly devices: readonly Polled[];
  /** Of each fog node and driver, as the operating system sees it while nobody collects garbage. */
  readonly resident: readonly ResidentFigures[];
  /** What they hold once all garbage is collected, early and at the end. */
  readonly live: readonly MemoryFigures[];
}

/** Beyond the time-outs of client (10 s), fog node and driver. */
const UNANSWERED_MS = 30_000;

/** Asks every sensor of the site at the same time, and watches fog nodes and drivers meanwhile. */
export async function runDrivers(
  options: DriversOptions,
): Promise<{ figures: DriversFigures; checks: SoakCheck[] }> {
  const { site, processes, collecting, goesOn, sampleMs, pauseMs } = options;
  await using consumer = await SiteConsumer.open(site);
  const watched = [...processes].map(([name, pid]) => {
    return { pid, series: new ResidentSeries(name), live: new MemorySeries(name) };
  });
  const sensors = consumer.things.filter(({ td }) => td.properties?.temperature !== undefined);
  const polling = sensors.map(({ id }) => {
    const device = id.slice(id.lastIndexOf(":") + 1);
    const ask = (): Promise<unknown> => consumer.getData(device, "http");
    return poll({ device, ask, goesOn, pauseMs, clock: systemClock, limitMs: UNANSWERED_MS });
  });
  const collect = async (): Promise<void> => {
    if (!collecting) return;
    for (const { pid, live } of watched) await live.sample(pid, collecting.folder);
  };
  let samples = 0;
  let isWarm = false;
  while (goesOn()) {
    await systemClock.sleep(sampleMs);
    for (const { pid, series } of watched) series.add(residentBytes(pid));
    if (!isWarm && collecting?.isWarm()) {
      isWarm = true;
      await collect();
    }
    options.onProgress?.(`${++samples} looks at memory`);
  }
  const devices = await Promise.all(polling);
  await collect();
  const figures = {
    devices,
    resident: watched.map(({ series }) => series.figures),
    live: watched.map(({ live }) => live.figures),
  };
  return { figures, checks: checksOf(figures) };
}

function checksOf({ devices, resident, live }: DriversFigures): SoakCheck[] {
  return [
    ...devices.map(({ device, answered, failed, unanswered }) => ({
      claim: `${device}: every question is answered`,
      holds: answered > 0 && Object.keys(failed).length === 0 && unanswered === 0,
      found: `${answered} answered, failed ${JSON.stringify(failed)}, ${unanswered} unanswered`,
    })),
    ...resident.map(({ name, samples, warmMb, endMb, growthMb, allowedMb, isBounded }) => ({
      claim: `${name}: grows by less than ${allowedMb} MB once it is warm`,
      holds: samples > 0 && isBounded,
      found: `${warmMb} → ${endMb} MB (${growthMb}), ${samples} samples`,
    })),
    ...live
      .filter(({ samples }) => samples > 1)
      .map(({ name, live: { warmMb, endMb, allowedMb, isBounded } }) => ({
        claim: `${name}: holds no more once its garbage is collected`,
        holds: isBounded,
        found: `${warmMb} → ${endMb} MB (${allowedMb} more allowed)`,
      })),
  ];
}
