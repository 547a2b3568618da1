import { type BenchDefinition, type BenchFigure, figure } from "../bench";
import { BenchProcesses } from "../bench-processes";
import type { CompareOptions, Comparison } from "../compare";
import { type ManyThings, measureManyThings } from "./many-things";
import { compareReads, FASTIFY_SECURED, OWN, OWN_SECURED, STOCK } from "./reads";
import { compareRequests, ECHO, MASHUP } from "./request-response";

const IN_FLIGHT = 16;
const THINGS = 1_000;
const BARS = {
  httpVsStock: 2,
  httpVsFastify: 0.5,
  coapVsStock: 1.3,
  mqttVsBareEcho: 2,
  startMs: 2_000,
  residentMb: 250,
  requestCost: 1.2,
} as const;

/** Our bindings beside their peers: node-wot's own, bare Fastify, bare mqtt.js; and a thousand Things. */
export const bench: BenchDefinition = {
  title: "bindings beside node-wot's own, Fastify and mqtt.js; a thousand Things",
  async run({ quick }, output, signal) {
    const windows = quick ? { rounds: 1, windowMs: 150 } : { rounds: 9, windowMs: 1_000 };
    const options = (what: string): CompareOptions => ({
      inFlight: IN_FLIGHT,
      ...windows,
      onRound: (round) => output.progress(`${what}: round ${round} of ${windows.rounds}`),
    });
    const within = async <T>(work: (processes: BenchProcesses) => Promise<T>): Promise<T> => {
      await using processes = new BenchProcesses(signal);
      return await work(processes);
    };
    try {
      const { http, coap } = await within((all) => compareReads(all, options("property reads")));
      const mqtt = await within((all) => compareRequests(all, options("MQTT requests")));
      const count = quick ? THINGS / 10 : THINGS;
      const things = await within((all) => measureManyThings(all, count, options("many Things")));
      return {
        bench: "bindings",
        figures: [
          ...httpFigures(http),
          ...coapFigures(coap),
          ...mqttFigures(mqtt.all, mqtt.single, mqtt.qos),
          ...thingsFigures(things),
        ],
        summary: {
          http: {
            vsStock: http.rateRatio(OWN, STOCK),
            vsFastify: http.rateRatio(OWN_SECURED, FASTIFY_SECURED),
          },
          coap: { vsStock: coap.rateRatio(OWN, STOCK) },
          mqtt: { vsBareEcho: mqtt.all.latencyRatio(MASHUP, ECHO) },
          things,
        },
        details: {
          http: http.scores,
          coap: coap.scores,
          mqtt: {
            qos: mqtt.qos,
            [`inFlight${IN_FLIGHT}`]: mqtt.all.scores,
            inFlight1: mqtt.single.scores,
          },
          inFlight: IN_FLIGHT,
          quick,
        },
      };
    } finally {
      output.endProgress();
    }
  },
};

function httpFigures(http: Comparison): BenchFigure[] {
  return [
    ...rateFigures("HTTP reads", http, [OWN, STOCK, OWN_SECURED, FASTIFY_SECURED]),
    ratioFigure("HTTP, ours : node-wot's own", http, OWN, STOCK, BARS.httpVsStock),
    ratioFigure("HTTP, ours : Fastify", http, OWN_SECURED, FASTIFY_SECURED, BARS.httpVsFastify),
  ];
}

function coapFigures(coap: Comparison): BenchFigure[] {
  return [
    ...rateFigures("CoAP reads", coap, [OWN, STOCK]),
    ratioFigure("CoAP, ours : node-wot's own", coap, OWN, STOCK, BARS.coapVsStock),
  ];
}

function rateFigures(what: string, comparison: Comparison, names: readonly string[]) {
  return names.map((name) => {
    const { perSecond = null, cpuMicroseconds = 0, failed = 0 } = comparison.scores[name] ?? {};
    const failures = failed > 0 ? `, ${failed} failed` : "";
    const note = `${cpuMicroseconds.toFixed(0)} µs of CPU each${failures}`;
    return figure(`${what}, ${name}`, perSecond, "1/s", null, note);
  });
}

function ratioFigure(name: string, all: Comparison, own: string, peer: string, bar: number) {
  // The fewer CPU seconds, the better: turned round, so that it reads as the ratio beside it.
  const cpu = all.cpuRatio(peer, own);
  const note = cpu === null ? undefined : `by CPU time ${cpu.toFixed(2)}`;
  // A server that refuses is fast.
  const value = all.failedOf(own) > 0 ? null : all.rateRatio(own, peer);
  return figure(name, value, "×", { atLeast: bar }, note);
}

function mqttFigures(all: Comparison, single: Comparison, qos: number): BenchFigure[] {
  const p50 = (comparison: Comparison, name: string) => comparison.scores[name]?.p50Ms ?? null;
  const alone = single.latencyRatio(MASHUP, ECHO);
  return [
    ...[MASHUP, ECHO].map((name) =>
      figure(`MQTT request p50, ${name}`, p50(all, name), "ms", null, `QoS ${qos}`),
    ),
    figure(
      "MQTT, ours : bare echo",
      all.failedOf(MASHUP) > 0 ? null : all.latencyRatio(MASHUP, ECHO),
      "×",
      { atMost: BARS.mqttVsBareEcho },
      alone === null ? undefined : `one at a time ${alone.toFixed(2)}`,
    ),
  ];
}

function thingsFigures(many: ManyThings): BenchFigure[] {
  const { things, startMs, exposeMs, residentMb, few, costRatio, cpuRatio, controlRatio } = many;
  const { residentMb: bar } = BARS;
  const beside = `${few.residentMb.toFixed(0)} MB with ten`;
  return [
    figure(
      `${things} Things: start`,
      startMs,
      "ms",
      { atMost: BARS.startMs },
      `of it ${exposeMs.toFixed(0)} ms to produce and expose`,
    ),
    figure(`${things} Things: memory (RSS)`, residentMb, "MB", { atMost: bar }, beside),
    ...Object.entries(costRatio).map(([binding, cost]) =>
      figure(
        `${things} Things: cost of a request, ${binding}`,
        many.failed > 0 ? null : cost,
        "×",
        { atMost: BARS.requestCost },
        `by CPU time ${times(cpuRatio[binding])}, ${times(controlRatio[binding])} with ten of them asked`,
      ),
    ),
  ];
}

function times(ratio: number | null | undefined): string {
  return ratio === null || ratio === undefined ? "-" : ratio.toFixed(2);
}
