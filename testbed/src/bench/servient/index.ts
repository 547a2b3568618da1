import { type BenchDefinition, type BenchFigure, figure } from "../bench";
import { measureOverhead, type Overhead } from "./overhead";
import { measureThroughput, type Throughput } from "./throughput";

const OVERHEAD_BAR_MS = 1;
const HTTP_RATIO_BAR = 1.5;
const COAP_RATIO_BAR = 1;
const MEMORY_BAR_MB = 180;
const IN_FLIGHT = 16;

/**
 * What the Servient costs: its overhead over the System API, property reads per second beside
 * node-wot's own bindings, and the fog node's memory.
 */
export const bench: BenchDefinition = {
  title: "overhead, property reads per second beside node-wot's own bindings, memory",
  async run({ quick }, output, signal) {
    const overhead = await measureOverhead(quick ? 50 : 500, output, signal);
    const throughput = await measureThroughput(
      { inFlight: IN_FLIGHT, rounds: quick ? 1 : 5, windowMs: quick ? 500 : 2_000 },
      output,
      signal,
    );
    return {
      bench: "servient",
      figures: [
        ...overheadFigures(overhead),
        ...rateFigures("HTTP", throughput.http, HTTP_RATIO_BAR),
        ...rateFigures("CoAP", throughput.coap, COAP_RATIO_BAR),
        memoryFigure(overhead),
      ],
      details: { overhead, throughput, inFlight: IN_FLIGHT, quick },
    };
  },
};

function overheadFigures({ systemApiP50Ms, bindings }: Overhead): BenchFigure[] {
  return [
    figure("System API query, p50", systemApiP50Ms, "ms"),
    ...bindings.map(({ binding, overheadP50Ms, invokeP50Ms }) =>
      figure(
        `Servient overhead over ${binding}, p50`,
        overheadP50Ms,
        "ms",
        { atMost: OVERHEAD_BAR_MS },
        invokeP50Ms === null ? "no answer" : `getData p50 ${invokeP50Ms.toFixed(2)} ms`,
      ),
    ),
  ];
}

function rateFigures(name: string, rates: Throughput, bar: number): BenchFigure[] {
  const { failed } = rates;
  const failures = failed.own + failed.stock;
  return [
    figure(`${name} property reads, ours`, rates.ownPerSecond, "1/s"),
    figure(`${name} property reads, node-wot's own`, rates.stockPerSecond, "1/s"),
    figure(
      `${name} ratio`,
      rates.ratio,
      "×",
      { atLeast: bar },
      failures > 0 ? `failed: ours ${failed.own}, node-wot's ${failed.stock}` : undefined,
    ),
  ];
}

function memoryFigure({ memory }: Overhead): BenchFigure {
  const total = memory.reduce((sum, one) => sum + one.residentMb, 0);
  return figure(
    "fog node memory (RSS), driver and Servient",
    total,
    "MB",
    { atMost: MEMORY_BAR_MB },
    memory.map((one) => `${one.process} ${one.residentMb.toFixed(0)} MB`).join(", "),
  );
}
