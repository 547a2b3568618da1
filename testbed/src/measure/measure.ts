import { systemClock } from "@fogwot/core";
import type { Output } from "../cli/output";
import { currentLeg, impair, legText, type NetworkLeg, repair } from "../emulation/network";
import { emulatedDevices } from "../site-run/emulated-devices";
import { annotateThings, checkAnnotatable } from "./annotate";
import { openClients } from "./clients";
import { rowsCsv, samplesCsv } from "./csv";
import type { Sample } from "./leg";
import { Meter } from "./meter";
import { measureReport, type ReportFacts } from "./report";
import { type LegSummary, type MeasureRow, rowsOf, summarizeLegs } from "./rows";
import { type Metered, sample } from "./sampling";
import { legNames, type Targets, withTargets } from "./targets";
import { type Variant, type VariantOptions, variantsOf } from "./variant";
import { interfaceCounter } from "./wire/interface-counter";
import { socketCounter } from "./wire/socket-counter";
import type { TrafficCounter, VariantTraffic } from "./wire/traffic";
import { writeResults } from "./write-results";

export interface MeasureOptions extends VariantOptions {
  readonly siteFile: string;
  /** Per device and variant. */
  readonly requests: number;
  readonly timeoutMs: number;
  /** Folder for measure.csv, samples.csv, measure.json and report.html. */
  readonly out?: string;
  readonly ephemeral: boolean;
  /** Asks a benchmark Thing that echoes so many bytes, instead of the devices. */
  readonly payloadBytes?: number;
  /** Requests to the benchmark Thing at the same time, per variant. @default 1 */
  readonly parallel?: number;
  /** Of what chance there is in the benchmark Thing. @default 1 */
  readonly seed?: number;
  /** Has RTT and PDR stand in the measured forms, in the running site's directory. @default false */
  readonly annotate?: boolean;
}

export interface Measured {
  readonly rows: readonly MeasureRow[];
  /** Forms that say now what was measured. */
  readonly annotatedForms: number;
  readonly files: readonly string[];
}

/** Measures RTT and PDR of every device over every variant, and at the System API below. */
export async function measure(
  options: MeasureOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Measured> {
  const variants = variantsOf(options);
  const leg = currentLeg();
  const { siteFile, ephemeral, payloadBytes, parallel = 1, seed = 1 } = options;
  const counter = leg ? interfaceCounter() : socketCounter();
  const asked = {
    ...{ siteFile, ephemeral, variants, leg, seed, parallel, signal },
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
    onProgress: output.progress,
  };
  try {
    return await withTargets(asked, async (targets) => {
      const startedAt = nowText();
      if (options.annotate) {
        checkAnnotatable(variants, targets.site.isEphemeral || targets.things.length === 0);
      }
      const run = { variants, leg, counter, output, signal };
      const { samples, traffic } = await collect(targets, options, run);
      output.endProgress();
      const summaries = summarizeLegs(samples, targets.devices, legNames(targets, variants));
      const rows = rowsOf(summaries, variants, traffic);
      const facts = factsOf(targets, options, { variants, leg, counter, startedAt });
      const { site, things } = targets;
      const measuredAt = nowText();
      const annotatedForms = options.annotate
        ? await annotateThings({ site, things, summaries, variants, measuredAt })
        : 0;
      const results = { facts, samples, summaries, rows };
      const files = options.out === undefined ? [] : write(options.out, results);
      return { rows, annotatedForms, files };
    });
  } finally {
    counter.stop();
  }
}

function nowText(): string {
  return new Date(systemClock.now()).toISOString();
}

interface Run {
  readonly variants: readonly Variant[];
  readonly leg: NetworkLeg | undefined;
  readonly counter: TrafficCounter;
}

interface Collected {
  readonly samples: readonly Sample[];
  readonly traffic: ReadonlyMap<string, VariantTraffic>;
}

async function collect(
  targets: Targets,
  { siteFile, requests, timeoutMs, parallel = 1 }: MeasureOptions,
  { variants, leg, counter, output, signal }: Run & { output: Output; signal: AbortSignal },
): Promise<Collected> {
  const clients = await openClients(
    siteFile,
    variants,
    timeoutMs,
    targets.site.info.token,
    targets.trust,
  );
  const legs = await targets.legs(clients);
  const common = { legs, timeoutMs, clock: systemClock, signal };
  try {
    // A first request opens connections and warms code that later ones find ready.
    await sample({ ...common, requests: 1 });
    if (leg) await impair(leg);
    const meter = new Meter(counter, systemClock);
    // Those that ask side by side share the requests of their device.
    const perLeg = targets.hasSystemApi ? requests : Math.ceil(requests / parallel);
    const total = legs.length * perLeg;
    let done = 0;
    const onSample = (): void => {
      done++;
      output.progress(`measuring: ${done} of ${total} requests`);
    };
    const metered: Metered = (name, block) =>
      meter.around(name, targets.ports.get(name) ?? [], block, ({ length }) => length);
    const samples = await sample({ ...common, requests: perLeg, metered, onSample });
    return { samples, traffic: meter.traffic };
  } finally {
    // What ends now has no reason to wait for lost packets.
    if (leg) await repair(leg);
    for (const one of legs) one.close();
    await clients.stop();
  }
}

function factsOf(
  { site }: Targets,
  { requests, timeoutMs, payloadBytes }: MeasureOptions,
  { variants, leg, counter, startedAt }: Run & { startedAt: string },
): ReportFacts {
  return {
    site: site.info.site,
    requests,
    timeoutMs,
    variants,
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
    network: leg ? legText(leg) : null,
    seed: leg?.seed ?? null,
    counted: counter.how,
    timeScale: site.info.timeScale,
    emulated: emulatedDevices(site.info).size,
    isEphemeral: site.isEphemeral,
    startedAt,
  };
}

interface Results {
  readonly facts: ReportFacts;
  readonly samples: readonly Sample[];
  readonly summaries: readonly LegSummary[];
  readonly rows: readonly MeasureRow[];
}

function write(folder: string, { facts, samples, summaries, rows }: Results): string[] {
  // The samples stand in a file of their own.
  const shown = summaries.map(({ rttsMs, ...rest }) => rest);
  return writeResults(folder, {
    "measure.csv": rowsCsv(rows),
    "samples.csv": samplesCsv(samples),
    "measure.json": `${JSON.stringify({ ...facts, rows, summaries: shown }, null, 2)}\n`,
    "report.html": measureReport(facts, summaries, rows),
  });
}
