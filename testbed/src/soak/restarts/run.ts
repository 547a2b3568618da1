import { createRng, FogwotError, systemClock } from "@fogwot/core";
import { isAlive } from "../../files/process-table";
import { awaitAnswers } from "../../things/answers";
import { siteProcesses } from "../site/children";
import { SiteConsumer } from "../site/consumer";
import type { LivingSite } from "../site/living-site";
import { exportedRows } from "../site/outcomes";
import { type RunSlots, SlotAudit } from "../site/slots";
import { sensingStatus } from "../site/status";
import { until } from "../site/until";
import type { SoakCheck } from "../soak";
import { type MemoryFigures, MemorySeries, memoryCheck } from "../verdict/memory-series";
import { chooseVictims, type Victim } from "./victims";

export interface RestartsOptions {
  /** Senses, over links that lose nothing. */
  readonly site: LivingSite;
  readonly goesOn: (faults: number) => boolean;
  readonly seed: number;
  /** Until all is well again after a fault. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface Fault {
  readonly victims: readonly string[];
  readonly recoveryMs: number;
}

export interface RestartsFigures {
  readonly faults: readonly Fault[];
  /** Rows that the server had told of before it was killed, and that the export holds. */
  readonly told: number;
  readonly kept: number;
  readonly runs: readonly RunSlots[];
  /** What ended the soak early; empty when nothing did. */
  readonly failure: string;
  readonly memory: readonly MemoryFigures[];
}

/** Enough restarts to tell growth of `up` from its swing. */
const LEAST_SAMPLES = 20;

/** Kills one part of the site after the other, chosen by a seed, until all is well after each. */
export async function runRestarts(
  options: RestartsOptions,
): Promise<{ figures: RestartsFigures; checks: SoakCheck[] }> {
  const { site, goesOn, onProgress, signal } = options;
  const rng = createRng(options.seed, "restarts");
  await using consumer = await SiteConsumer.open(site, 2_000);
  const memory = new MemorySeries("up");
  const faults: Fault[] = [];
  const told = new Map<string, number>();
  let failure = "";
  while (failure === "" && goesOn(faults.length) && !signal.aborted) {
    const { run, requests, store } = await sensingStatus(site);
    told.set(run, requests - store.pendingRows);
    const victims = chooseVictims(rng, await siteProcesses(site));
    const names = victims.map(nameOf);
    onProgress(`fault ${faults.length + 1}: ${names.join(" and ")}`);
    const startMs = systemClock.monotonicMs();
    for (const { pid, signal: kill } of victims) if (isAlive(pid)) process.kill(pid, kill);
    try {
      await allIsWell(options, consumer, victims);
      faults.push({ victims: names, recoveryMs: systemClock.monotonicMs() - startMs });
      await memory.sample(site.pid, site.memoryFolder);
    } catch (error) {
      if (!(error instanceof FogwotError)) throw error;
      if (!signal.aborted) failure = `after ${names.join(" and ")}: ${describe(error)}`;
    }
  }
  // A server that could not be brought back has no export.
  const runs = failure === "" ? await SlotAudit.of(exportedRows(site)) : [];
  const keptOf = (run: string): number => runs.find((one) => one.run === run)?.rows ?? 0;
  const figures: RestartsFigures = {
    faults,
    told: sum([...told.values()]),
    kept: sum([...told].map(([run, rows]) => Math.min(rows, keptOf(run)))),
    runs,
    failure,
    memory: faults.length < LEAST_SAMPLES ? [] : [memory.figures],
  };
  return { figures, checks: checksOf(figures, options.limitMs) };
}

/** The victims are gone, every part runs, every Thing answers, every device is online, slots go on. */
async function allIsWell(
  { site, limitMs, signal }: RestartsOptions,
  consumer: SiteConsumer,
  victims: readonly Victim[],
): Promise<void> {
  await until("the victims being gone", () => victims.every(({ pid }) => !isAlive(pid)), limitMs);
  await siteProcesses(site);
  await until(
    "every Thing answering over every binding",
    async () => {
      const { silent } = await awaitAnswers(consumer.client, consumer.things, 0, signal);
      if (silent.length > 0) throw new NotYetError(silent.join("; "));
      return true;
    },
    limitMs,
  );
  for (const device of consumer.devices) {
    await until(
      `${device} being online`,
      async () => (await consumer.read(device, "status", "http")) === "online",
      limitMs,
    );
  }
  const { run, slots } = await until("the server's status", () => sensingStatus(site), limitMs);
  await until(
    "sensing going on",
    async () => {
      const now = await sensingStatus(site);
      return now.run !== run || now.slots > slots + 1;
    },
    limitMs,
  );
}

/** Says in a wait that ended in vain what was missing. */
class NotYetError extends FogwotError {
  readonly code = "NOT_YET";
  readonly title = "Not yet as it should be";
  readonly status = 503;
}

function nameOf({ role, signal }: Victim): string {
  return signal === "SIGSTOP" ? `${role} (hangs)` : role;
}

function describe(error: FogwotError): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function checksOf(figures: RestartsFigures, limitMs: number): SoakCheck[] {
  const { faults, told, kept, runs, failure, memory } = figures;
  const longestMs = Math.max(0, ...faults.map(({ recoveryMs }) => recoveryMs));
  const broken = runs.filter((run) => run.first !== 1 || run.missing.length + run.repeated > 0);
  return [
    {
      claim: `all is well again within ${limitMs / 1_000} s of each fault`,
      holds: failure === "" && faults.length > 0,
      found: failure || `${faults.length} faults, longest ${longestMs.toFixed(0)} ms`,
    },
    {
      claim: "every row that the server told of is in the export",
      holds: told === kept && told > 0,
      found: `${told} told of, ${kept} kept`,
    },
    {
      claim: "no run misses a slot",
      holds: runs.length > 0 && broken.length === 0,
      found: `${runs.length} runs, ${sum(runs.map(({ last }) => last))} slots, ${broken.length} runs with gaps`,
    },
    ...memory.map(memoryCheck),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
