import { loadSite, systemClock } from "@fogwot/core";
import type { Output } from "../cli/output";
import { currentLeg, impair, legText, type NetworkLeg, repair } from "../emulation/network";
import { emulatedDevices } from "../site-run/emulated-devices";
import { annotateThings, checkAnnotatable } from "./annotate";
import { openClients } from "./clients";
import { rowsCsv, samplesCsv } from "./csv";
import { figuresOf, type MeasuredFigures, ownVariant } from "./figures/figures";
import { withoutFilters } from "./figures/without-filters";
import type { Leg, Sample } from "./leg";
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
  /** Ids of those that are asked. @default every device */
  readonly devices?: readonly string[];
  /** Of the links of a site that is started for it. @default as the emulation file says */
  readonly timeScale?: number;
  /** Asks over HTTP a second time, with packet filters off. @default false */
  readonly unfiltered?: boolean;
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
  /** The paper's; null of a benchmark Thing. */
  readonly figures: MeasuredFigures | null;
}

/** Where a measurement tells how far it is. */
export type Progress = Pick<Output, "progress" | "endProgress">;

/** Measures RTT and PDR of every device over every variant, and at the System API below. */
export async function measure(
  options: MeasureOptions,
  output: Progress,
  signal: AbortSignal,
): Promise<Measured> {
  const variants = variantsOf(options);
  const leg = currentLeg();
  const { siteFile, ephemeral, payloadBytes, parallel = 1, seed = 1, devices, timeScale } = options;
  const counter = leg ? interfaceCounter() : socketCounter();
  const asked = {
    ...{ siteFile, ephemeral, variants, leg, seed, parallel, signal },
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
    ...(devices === undefined ? {} : { devices }),
    ...(timeScale === undefined ? {} : { timeScale }),
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
      const unfiltered = await collectUnfiltered(targets, options, run);
      output.endProgress();
      const summaries = summarizeLegs(samples, targets.devices, legNames(targets, variants));
      const rows = rowsOf(summaries, variants, traffic);
      const facts = factsOf(targets, options, { variants, leg, counter, startedAt });
      const { site, things } = targets;
      const measuredAt = nowText();
      const annotatedForms = options.annotate
        ? await annotateThings({ site, things, summaries, variants, measuredAt })
        : 0;
      const figures = targets.hasSystemApi
        ? figuresOf(
            { ...facts, sensed: sensedDevices(siteFile, targets) },
            { variants, summaries, rows, unfiltered },
          )
        : null;
      const results = { facts, samples, summaries, rows, figures };
      const files = options.out === undefined ? [] : write(options.out, results);
      return { rows, annotatedForms, files, figures };
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

type Running = Run & { readonly output: Progress; readonly signal: AbortSignal };

interface Collected {
  readonly samples: readonly Sample[];
  readonly traffic: ReadonlyMap<string, VariantTraffic>;
}

async function collect(
  targets: Targets,
  { siteFile, requests, timeoutMs, parallel = 1 }: MeasureOptions,
  { variants, leg, counter, output, signal }: Running,
  isWanted: (leg: Leg) => boolean = () => true,
): Promise<Collected> {
  const clients = await openClients(
    siteFile,
    variants,
    timeoutMs,
    targets.site.info.token,
    targets.trust,
  );
  const all = await targets.legs(clients);
  const legs = all.filter(isWanted);
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
    for (const one of all) one.close();
    await clients.stop();
  }
}

/** Over HTTP with packet filters off; null where that is not wanted, or would be the same. */
async function collectUnfiltered(
  targets: Targets,
  options: MeasureOptions,
  run: Running,
): Promise<readonly LegSummary[] | null> {
  const http = ownVariant(run.variants, "http")?.name;
  if (!options.unfiltered || !targets.hasSystemApi || http === undefined) return null;
  const collected = await withoutFilters(targets.site, () =>
    collect(targets, options, run, ({ name }) => name === http),
  );
  return collected ? summarizeLegs(collected.samples, targets.devices, [http]) : null;
}

/** Those that the site's mash-up asks, of those that were measured. */
function sensedDevices(siteFile: string, { devices }: Targets): ReadonlySet<string> {
  const measured = devices.map(({ device }) => device);
  return new Set(loadSite(siteFile).mashup.devices ?? measured);
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
  readonly figures: MeasuredFigures | null;
}

function write(folder: string, { facts, samples, summaries, rows, figures }: Results): string[] {
  // The samples stand in a file of their own.
  const shown = summaries.map(({ rttsMs, ...rest }) => rest);
  return writeResults(folder, {
    "measure.csv": rowsCsv(rows),
    "samples.csv": samplesCsv(samples),
    "measure.json": `${JSON.stringify({ ...facts, rows, figures, summaries: shown }, null, 2)}\n`,
    "report.html": measureReport(facts, { summaries, rows, figures }),
  });
}
