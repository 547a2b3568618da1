import * as fs from "node:fs";
import * as path from "node:path";
import { type BindingName, bindingsOf, loadSite, systemClock } from "@fogwot/core";
import type { Output } from "../cli/output";
import { UsageError } from "../errors";
import type { AttachedSite } from "../site-run/attach";
import { type UsedSite, useSite } from "../site-run/use-site";
import { openClient } from "../things/client";
import { fetchThings, type SiteThing } from "../things/thing-descriptions";
import { rowsCsv, samplesCsv } from "./csv";
import { bindingLeg, deviceIdOf, type Leg, type LegName, type Sample, systemLegs } from "./leg";
import { measureReport } from "./report";
import { type LegSummary, type MeasureRow, rowsOf, summarizeLegs } from "./rows";
import { sample } from "./sampling";

export interface MeasureOptions {
  readonly siteFile: string;
  readonly bindings: readonly BindingName[];
  /** Per device and binding. */
  readonly requests: number;
  readonly timeoutMs: number;
  /** Folder for measure.csv, samples.csv, measure.json and report.html. */
  readonly out?: string;
  readonly ephemeral: boolean;
  /** Asks with node-wot's own clients instead of ours, as a baseline. @default false */
  readonly stock?: boolean;
}

export interface Measured {
  readonly rows: readonly MeasureRow[];
  readonly files: readonly string[];
}

/** A client may wait longer than the Thing, so that the Thing's own error is what is seen. */
const CLIENT_MARGIN_MS = 500;

/** Measures RTT and PDR of every device over every binding, and at the System API below. */
export function measure(
  options: MeasureOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Measured> {
  const { siteFile, ephemeral } = options;
  return useSite({ siteFile, ephemeral, signal, onProgress: output.progress }, async (site) => {
    const startedAt = new Date(systemClock.now()).toISOString();
    const things = (await fetchThings(site)).filter((thing) => thing.kind === "device");
    checkOffered(things, options.bindings);
    const samples = await collect(site, things, options, output, signal);
    output.endProgress();
    const devices = things.map((thing) => ({ device: deviceIdOf(thing), wsn: thing.wsn ?? "" }));
    const legs: LegName[] = ["system", ...options.bindings];
    const summaries = summarizeLegs(samples, devices, legs);
    const rows = rowsOf(summaries);
    const files =
      options.out === undefined
        ? []
        : write(options.out, { site, options, startedAt, samples, summaries, rows });
    return { rows, files };
  });
}

/** @throws UsageError when a device does not offer a binding that is asked for */
function checkOffered(things: readonly SiteThing[], bindings: readonly BindingName[]): void {
  for (const thing of things) {
    const missing = bindings.find((binding) => !bindingsOf(thing.td).includes(binding));
    if (missing !== undefined) {
      throw new UsageError(
        `measure --bindings ${missing}: ${thing.id} offers ${bindingsOf(thing.td).join(", ")}`,
      );
    }
  }
}

async function collect(
  site: AttachedSite,
  things: readonly SiteThing[],
  { bindings, requests, timeoutMs, stock }: MeasureOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Sample[]> {
  const client = await openClient(timeoutMs + CLIENT_MARGIN_MS, {
    stock: stock === true,
    site: loadSite(site.siteFile),
  });
  const legs: Leg[] = systemLegs(site);
  try {
    for (const thing of things) {
      for (const binding of bindings) legs.push(await bindingLeg(client, thing, binding));
    }
    // A first request opens connections and warms code that later ones find ready.
    await sample({ legs, requests: 1, timeoutMs, clock: systemClock, signal });
    let done = 0;
    const total = legs.length * requests;
    return await sample({
      legs,
      requests,
      timeoutMs,
      clock: systemClock,
      signal,
      onSample: () => {
        done++;
        output.progress(`measuring: ${done} of ${total} requests`);
      },
    });
  } finally {
    for (const leg of legs) leg.close();
    await client.stop();
  }
}

interface Result {
  readonly site: UsedSite;
  readonly options: MeasureOptions;
  readonly startedAt: string;
  readonly samples: readonly Sample[];
  readonly summaries: readonly LegSummary[];
  readonly rows: readonly MeasureRow[];
}

function write(folder: string, { site, options, startedAt, samples, summaries, rows }: Result) {
  const out = path.resolve(folder);
  fs.mkdirSync(out, { recursive: true });
  const { requests, timeoutMs, bindings } = options;
  const facts = {
    site: site.info.site,
    requests,
    timeoutMs,
    bindings,
    timeScale: site.info.timeScale,
    emulated: Object.keys(site.info.emulated).length,
    isEphemeral: site.isEphemeral,
    startedAt,
  };
  const contents: Readonly<Record<string, string>> = {
    "measure.csv": rowsCsv(rows),
    "samples.csv": samplesCsv(samples),
    "measure.json": `${JSON.stringify({ ...facts, rows, summaries }, null, 2)}\n`,
    "report.html": measureReport(facts, summaries, rows),
  };
  return Object.entries(contents).map(([name, content]) => {
    const file = path.join(out, name);
    fs.writeFileSync(file, content);
    return file;
  });
}
