import { loadSite, systemClock } from "@fogwot/core";
import { findEmulationFile, loadEmulation } from "../../emulation/emulation-file";
import { wilsonInterval } from "../../measure/statistics";
import type { ServerStatus } from "../../site-run/server-status";
import { siteProcesses } from "../site/children";
import type { LivingSite } from "../site/living-site";
import { exportedRows } from "../site/outcomes";
import { type RunSlots, SlotAudit } from "../site/slots";
import { sensingStatus } from "../site/status";
import type { SoakCheck } from "../soak";
import { type MemoryFigures, MemorySeries, memoryCheck } from "../verdict/memory-series";
import { modelledDelivery } from "./delivery";

export interface SensingOptions {
  /** Senses from its start on. */
  readonly site: LivingSite;
  readonly goesOn: () => boolean;
  /** Between two looks at memory and progress. */
  readonly sampleMs: number;
  /** Share of the places of the time grid that must have been used: the rest were overrun. */
  readonly leastPace: number;
  readonly onProgress: (text: string) => void;
}

export interface SensingFigures {
  readonly slots: number;
  /** Slots that would have fitted the time. */
  readonly places: number;
  readonly rows: number;
  readonly pdr: number;
  readonly modelledPdr: number;
  readonly runs: readonly RunSlots[];
  readonly memory: readonly MemoryFigures[];
}

/** Lets a site sense, watches the memory of each of its processes, and audits the whole export. */
export async function runSensing(
  options: SensingOptions,
): Promise<{ figures: SensingFigures; checks: SoakCheck[] }> {
  const { site, goesOn, sampleMs, onProgress } = options;
  const pids = await processIds(site);
  const series = new Map([...pids].map(([name]) => [name, new MemorySeries(name)]));
  const { slots: firstSlot } = await sensingStatus(site);
  const startMs = systemClock.monotonicMs();
  while (goesOn()) {
    await systemClock.sleep(sampleMs);
    for (const [name, pid] of pids) await series.get(name)?.sample(pid, site.memoryFolder);
    const { slots, store } = await sensingStatus(site);
    onProgress(`${slots} slots, ${store.rows} rows stored`);
  }
  const elapsedMs = systemClock.monotonicMs() - startMs;
  await site.server.request("POST", "/api/sensing/stop");
  const status = await sensingStatus(site);
  const runs = await SlotAudit.of(exportedRows(site));
  const { mashup } = loadSite(site.siteFile);
  const { timeScale } = site.attached.info;
  const rows = sum(runs, (run) => run.rows);
  const figures: SensingFigures = {
    slots: status.slots - firstSlot,
    places: Math.floor(elapsedMs / (mashup.intervalMs * timeScale)),
    rows,
    pdr: 1 - sum(runs, (run) => run.lost) / Math.max(1, rows),
    modelledPdr: modelledPdr(site, runs),
    runs,
    memory: [...series.values()].map((one) => one.figures),
  };
  return { figures, checks: checksOf(figures, status, options.leastPace) };
}

async function processIds(site: LivingSite): Promise<Map<string, number>> {
  const { server, emulation, nodes, drivers } = await siteProcesses(site);
  return new Map([
    ["up", site.pid],
    ["server", server.pid ?? -1],
    ["fog node", nodes[0]?.pid ?? -1],
    ["driver", drivers[0]?.pid ?? -1],
    ["emulation", emulation?.pid ?? -1],
  ]);
}

/** Each device's own, weighted by how often it was asked. */
function modelledPdr({ siteFile }: LivingSite, runs: readonly RunSlots[]): number {
  const { boards } = loadEmulation(findEmulationFile(siteFile) ?? "", loadSite(siteFile));
  const asked = (device: string): number => sum(runs, (run) => run.byDevice[device]?.rows ?? 0);
  const delivered = sum(boards, ({ device, link }) => asked(device) * modelledDelivery(link));
  return (
    delivered /
    Math.max(
      1,
      sum(boards, ({ device }) => asked(device)),
    )
  );
}

function checksOf(figures: SensingFigures, status: ServerStatus, leastPace: number): SoakCheck[] {
  const { slots, places, rows, pdr, modelledPdr: modelled, runs, memory } = figures;
  const [run] = runs;
  const missing = sum(runs, (one) => one.missing.length);
  const repeated = sum(runs, (one) => one.repeated);
  const { lostRows = 0 } = status.store as { lostRows?: number };
  const [low, high] = wilsonInterval(Math.round(pdr * rows), rows);
  // Five times the interval: one run in thousands fails by chance, a wrong model always does.
  const spread = 2.5 * (high - low);
  return [
    {
      claim: "every slot is stored, from the first to the last, and no device is in one twice",
      holds:
        runs.length === 1 &&
        run?.first === 1 &&
        run.last === status.slots &&
        missing + repeated === 0,
      found: `slots ${run?.first} to ${run?.last} of ${status.slots}, ${missing} missing, ${repeated} repeated`,
    },
    {
      claim: "every request is a row, and the store gave none up",
      holds: rows === status.requests && lostRows === 0 && rows > 0,
      found: `${rows} rows of ${status.requests} requests, ${lostRows} given up`,
    },
    {
      claim: `slots keep to their time grid (at least ${leastPace * 100} % of its places)`,
      holds: slots >= places * leastPace,
      found: `${slots} slots in ${places} places`,
    },
    {
      claim: "delivery is the channel model's",
      holds: Math.abs(pdr - modelled) < spread,
      found: `PDR ${pdr.toFixed(4)}, modelled ${modelled.toFixed(4)} ± ${spread.toFixed(4)}`,
    },
    ...memory.map(memoryCheck),
  ];
}

function sum<T>(of: readonly T[], value: (one: T) => number): number {
  return of.reduce((total, one) => total + value(one), 0);
}
