import type { Output } from "../../cli/output";
import { BenchProcesses, benchProgram } from "../bench-processes";
import { compare } from "../compare";
import type { ThingsConfig, ThingsReport } from "../programs/things";

export interface Throughput {
  /** Property reads per second, median of the rounds. */
  readonly ownPerSecond: number;
  readonly stockPerSecond: number;
  readonly ratio: number;
  readonly failed: { readonly own: number; readonly stock: number };
}

export interface ThroughputOptions {
  readonly inFlight: number;
  readonly rounds: number;
  readonly windowMs: number;
}

/**
 * Property reads per second of our bindings and of node-wot's own, each server in its process, the
 * load in a third.
 */
export async function measureThroughput(
  options: ThroughputOptions,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly http: Throughput; readonly coap: Throughput }> {
  await using processes = new BenchProcesses(signal);
  const start = (implementation: "own" | "stock") =>
    processes.start<ThingsConfig, ThingsReport>(implementation, benchProgram("programs/things"), {
      implementation,
      things: "simple",
      bindings: ["http", "coap"],
    });
  const servers = { own: await start("own"), stock: await start("stock") };
  const measure = async (kind: "http" | "coap"): Promise<Throughput> => {
    const competitors = (["own", "stock"] as const).map((name) => {
      const { urls } = servers[name].report;
      return { name, process: name, load: { kind, urls: urls[kind] } };
    });
    const onRound = (round: number): void =>
      output.progress(`reads per second over ${kind}: round ${round} of ${options.rounds}`);
    const result = await compare(processes, competitors, { ...options, onRound });
    return {
      ownPerSecond: result.scores.own?.perSecond ?? 0,
      stockPerSecond: result.scores.stock?.perSecond ?? 0,
      ratio: result.rateRatio("own", "stock") ?? 0,
      failed: { own: result.failedOf("own"), stock: result.failedOf("stock") },
    };
  };
  try {
    return { http: await measure("http"), coap: await measure("coap") };
  } finally {
    output.endProgress();
  }
}
