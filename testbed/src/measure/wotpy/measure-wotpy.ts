import { pinBinding, systemClock } from "@fogwot/core";
import type { Output } from "../../cli/output";
import { currentLeg, impair, legText, repair } from "../../emulation/network";
import { useSite } from "../../site-run/use-site";
import { type BenchmarkHost, startBenchmarks } from "../../wotpy/host";
import { preciseNow } from "../../wotpy/precise-now";
import { type Clients, openClients } from "../clients";
import { Meter } from "../meter";
import { siteOptions } from "../targets";
import { type Variant, type VariantOptions, variantsOf } from "../variant";
import { describeFor, portsOf, type ServerPort } from "../variant-td";
import { interfaceCounter } from "../wire/interface-counter";
import { socketCounter } from "../wire/socket-counter";
import { writeResults } from "../write-results";
import type { AskContext, Asked } from "./asked";
import { burst, burstLimitMs } from "./bursts";
import { outcomesCsv, wotpyRowsCsv } from "./formats";
import type { Order, Outcome, Verb } from "./outcome";
import { readsAtRate } from "./reads";
import { type WotpyFacts, wotpyReport } from "./report";
import { roundTripBatch } from "./round-trips";
import { cellKey, summarizeWotpy, type WotpyRow, type WotpySummary } from "./summary";

export interface WotpyOptions extends VariantOptions {
  readonly siteFile: string;
  readonly ephemeral: boolean;
  readonly timeoutMs: number;
  /** Of `parallel` round trips each; as many reads in all. */
  readonly batches: number;
  readonly parallel: number;
  /** Reads a second. */
  readonly perSecond: number;
  /** Of one burst, and how many a second. */
  readonly events: number;
  readonly lambd: number;
  readonly seed: number;
  /** Folder for wotpy.csv, samples.csv, wotpy.json and report.html. */
  readonly out?: string;
}

export interface WotpyMeasured {
  readonly rows: readonly WotpyRow[];
  readonly files: readonly string[];
}

/** The published benchmark of the WOTPY study, per variant and verb. */
export async function measureWotpy(
  options: WotpyOptions,
  output: Output,
  signal: AbortSignal,
): Promise<WotpyMeasured> {
  const { siteFile, ephemeral, seed } = options;
  const variants = variantsOf(options);
  const leg = currentLeg();
  const counter = leg ? interfaceCounter() : socketCounter();
  const base = siteOptions({
    ...{ siteFile, ephemeral, variants, leg, signal },
    onProgress: output.progress,
  });
  const server = { ...base, plan: { ...base.plan, only: "server" } };
  try {
    return await useSite(server, async (site) => {
      const host = await startBenchmarks({ site, model: "wotpy", variants, leg, seed });
      const startedAt = new Date(systemClock.now()).toISOString();
      try {
        const meter = new Meter(counter, systemClock);
        const { token } = site.info;
        const run = { options, variants, token, meter, output, signal };
        const impairment = {
          begin: async () => leg && (await impair(leg)),
          end: async () => leg && (await repair(leg)),
        };
        const { outcomes, orders } = await collect(host, run, impairment);
        output.endProgress();
        const summaries = summarizeWotpy(outcomes, variants, orders, meter.traffic);
        const facts: WotpyFacts = {
          ...{ ...options, variants, seed, startedAt },
          site: site.info.site,
          network: leg ? legText(leg) : null,
          counted: counter.how,
        };
        const rows = summaries.map(({ row }) => row);
        const { out } = options;
        return { rows, files: out === undefined ? [] : write(out, facts, summaries, outcomes) };
      } finally {
        await host.stop();
      }
    });
  } finally {
    counter.stop();
  }
}

interface Run {
  readonly options: WotpyOptions;
  readonly variants: readonly Variant[];
  readonly token: string;
  readonly meter: Meter;
  readonly output: Output;
  readonly signal: AbortSignal;
}

interface Collected {
  readonly outcomes: Outcome[];
  readonly orders: Map<string, Order>;
}

async function collect(
  host: BenchmarkHost,
  run: Run,
  impairment: { begin(): Promise<unknown>; end(): Promise<unknown> },
): Promise<Collected> {
  const { options, variants, token, signal } = run;
  const { siteFile, timeoutMs, events, lambd } = options;
  const clients = await openClients(siteFile, variants, timeoutMs, token, host.trust);
  const limitMs = burstLimitMs({ total: events, lambd }) + timeoutMs;
  const starters = await openClients(siteFile, variants, limitMs, token, host.trust);
  try {
    const all = await Promise.all(variants.map((one) => asked(host, clients, starters, one)));
    const context = { timeoutMs, clock: systemClock, preciseNow, signal };
    // Opens connections and warms code that later requests find ready.
    for (const one of all) await roundTripBatch(one, context, 0, options.parallel);
    await impairment.begin();
    return await askAll(all, context, run);
  } finally {
    await impairment.end();
    await Promise.all([clients.stop(), starters.stop()]);
  }
}

/** Variants take turns batch by batch, then with their reads, then with their bursts. */
async function askAll(
  all: readonly (Asked & { readonly ports: readonly ServerPort[] })[],
  context: AskContext,
  { options, meter, output, signal }: Run,
): Promise<Collected> {
  const { batches, parallel, perSecond, events, lambd } = options;
  const outcomes: Outcome[] = [];
  const orders = new Map<string, Order>();
  for (let batch = 0; batch < batches; batch++) {
    output.progress(`measureRoundTrip: batch ${batch + 1} of ${batches}`);
    for (let turn = 0; turn < all.length; turn++) {
      const one = all[(batch + turn) % all.length];
      if (!one || signal.aborted) break;
      const block = () => roundTripBatch(one, context, batch, parallel);
      outcomes.push(
        ...(await meter.around(keyOf("invokeaction", one), one.ports, block, lengthOf)),
      );
    }
  }
  for (const one of all) {
    if (signal.aborted) break;
    output.progress(`currentTime over ${one.variant.name}`);
    const block = () => readsAtRate(one, context, { total: batches * parallel, perSecond });
    outcomes.push(...(await meter.around(keyOf("readproperty", one), one.ports, block, lengthOf)));
  }
  for (const one of all) {
    if (signal.aborted) break;
    output.progress(`burstEvent over ${one.variant.name}`);
    const block = () => burst(one, context, { total: events, lambd });
    const key = keyOf("subscribeevent", one);
    const result = await meter.around(key, one.ports, block, () => events);
    outcomes.push(...result.outcomes);
    orders.set(key, result.order);
  }
  return { outcomes, orders };
}

async function asked(
  host: BenchmarkHost,
  clients: Clients,
  starters: Clients,
  variant: Variant,
): Promise<Asked & { readonly ports: readonly ServerPort[] }> {
  const td = host.thingFor(variant);
  const described = describeFor(td, variant);
  const plain = pinBinding(td, variant.binding);
  return {
    variant,
    thing: await clients.of(variant).wot.consume(described),
    starter: await starters.of(variant).wot.consume(plain),
    ports: portsOf(described),
  };
}

function keyOf(verb: Verb, { variant }: Asked): string {
  return cellKey(verb, variant.name);
}

function lengthOf({ length }: { readonly length: number }): number {
  return length;
}

function write(
  out: string,
  facts: WotpyFacts,
  summaries: readonly WotpySummary[],
  outcomes: readonly Outcome[],
): string[] {
  const rows = summaries.map(({ row }) => row);
  return writeResults(out, {
    "wotpy.csv": wotpyRowsCsv(rows),
    "samples.csv": outcomesCsv(outcomes),
    "wotpy.json": `${JSON.stringify({ ...facts, rows }, null, 2)}\n`,
    "report.html": wotpyReport(facts, summaries),
  });
}
