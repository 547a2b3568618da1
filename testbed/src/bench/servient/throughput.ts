import * as path from "node:path";
import { compiledEntry, Supervisor, silentLogger, systemClock } from "@fogwot/core";
import type { Output } from "../../cli/output";
import { InterruptedError } from "../../errors";
import { median } from "../../measure/statistics";
import type { LoadRequest, LoadResult } from "./load";
import type { ServedThingConfig, ServedThingReport } from "./served-thing";

export interface Throughput {
  /** Property reads per second, median of the rounds. */
  readonly ownPerSecond: number;
  readonly stockPerSecond: number;
  /** Median of the rounds' own ratios: each compares two windows that lie side by side. */
  readonly ratio: number;
  readonly failed: { readonly own: number; readonly stock: number };
}

export interface ThroughputOptions {
  readonly inFlight: number;
  readonly rounds: number;
  readonly windowMs: number;
}

type Implementation = ServedThingConfig["implementation"];

const WARM_UP_MS = 500;
const ANSWER_MARGIN_MS = 5_000;

/**
 * Property reads per second of our bindings and of node-wot's own, each server in its process, the
 * load in a third, windows in turn so that both see the same machine.
 */
export async function measureThroughput(
  { inFlight, rounds, windowMs }: ThroughputOptions,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly http: Throughput; readonly coap: Throughput }> {
  const supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
  const end = (): void => void supervisor.stop();
  signal.addEventListener("abort", end, { once: true });
  const load = async (url: string, durationMs: number): Promise<LoadResult> => {
    if (signal.aborted) throw new InterruptedError("the benchmark was interrupted");
    const request: LoadRequest = { url, inFlight, durationMs };
    const limitMs = durationMs + ANSWER_MARGIN_MS;
    return (await supervisor.request("load", request, limitMs)) as LoadResult;
  };
  try {
    const [own, stock] = await Promise.all([
      serve(supervisor, "own"),
      serve(supervisor, "stock"),
      supervisor.start({ name: "load", entry: entryOf("load"), config: null, restart: false }),
    ]);
    const compare = async (protocol: "http" | "coap"): Promise<Throughput> => {
      const urls = { own: own[`${protocol}Url`], stock: stock[`${protocol}Url`] };
      await load(urls.own, WARM_UP_MS);
      await load(urls.stock, WARM_UP_MS);
      const results: Record<Implementation, LoadResult[]> = { own: [], stock: [] };
      for (let round = 0; round < rounds; round++) {
        output.progress(`reads per second over ${protocol}: round ${round + 1} of ${rounds}`);
        for (const name of ["own", "stock"] as const) {
          results[name].push(await load(urls[name], windowMs));
        }
      }
      return summarize(results);
    };
    return { http: await compare("http"), coap: await compare("coap") };
  } finally {
    signal.removeEventListener("abort", end);
    output.endProgress();
    await supervisor.stop();
  }
}

function serve(supervisor: Supervisor, implementation: Implementation) {
  return supervisor.start<ServedThingConfig, ServedThingReport>({
    name: implementation,
    entry: entryOf("served-thing"),
    config: { implementation },
    restart: false,
  });
}

function summarize(results: Readonly<Record<Implementation, readonly LoadResult[]>>): Throughput {
  const rate = ({ answered, elapsedMs }: LoadResult): number => (answered / elapsedMs) * 1_000;
  const own = results.own.map(rate);
  const stock = results.stock.map(rate);
  const failed = (name: Implementation): number =>
    results[name].reduce((sum, one) => sum + one.failed, 0);
  return {
    ownPerSecond: median(own) ?? 0,
    stockPerSecond: median(stock) ?? 0,
    ratio: median(own.map((value, round) => value / (stock[round] ?? Number.NaN))) ?? 0,
    failed: { own: failed("own"), stock: failed("stock") },
  };
}

function entryOf(name: string): string {
  return compiledEntry(path.join(__dirname, `${name}${path.extname(__filename)}`));
}
