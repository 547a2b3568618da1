import { findProgram } from "../../doctor/find-program";
import type { BrokerReport } from "../../programs/broker";
import { type BenchDefinition, type BenchFigure, figure } from "../bench";
import { BenchProcesses, benchProgram } from "../bench-processes";
import { compareRequests, ECHO, MASHUP } from "../bindings/request-response";

const IN_FLIGHT = 16;
const MOST_ECHOES = 2;

/** MQTT requests beside a bare echo, through each broker and with each QoS. */
export const bench: BenchDefinition = {
  title: "MQTT requests beside bare mqtt.js: embedded broker and mosquitto, QoS 0 and 1",
  async run({ quick }, output, signal) {
    const windows = quick ? { rounds: 1, windowMs: 150 } : { rounds: 7, windowMs: 1_000 };
    const brokers = ["embedded", ...(findProgram("mosquitto") ? ["mosquitto"] : [])];
    const figures: BenchFigure[] = [];
    const summary: Record<string, number | null> = {};
    try {
      for (const broker of brokers) {
        for (const requestQos of [0, 1] as const) {
          const name = `${broker}, QoS ${requestQos}`;
          await using processes = new BenchProcesses(signal);
          const onRound = (round: number): void =>
            output.progress(`${name}: round ${round} of ${windows.rounds}`);
          const brokerUrl = broker === "mosquitto" ? await startMosquitto(processes) : undefined;
          const { all, single } = await compareRequests(
            processes,
            { inFlight: IN_FLIGHT, ...windows, onRound },
            { requestQos, ...(brokerUrl === undefined ? {} : { brokerUrl }) },
          );
          for (const [what, compared] of Object.entries({ "16 in flight": all, single })) {
            const failed = compared.failedOf(MASHUP);
            const ratio = failed > 0 ? null : compared.latencyRatio(MASHUP, ECHO);
            const p50Ms = compared.scores[MASHUP]?.p50Ms ?? 0;
            const note = `p50 ${p50Ms?.toFixed(3)} ms${failed > 0 ? `, ${failed} failed` : ""}`;
            const title = `${name}, ${what}: ours : bare echo`;
            figures.push(figure(title, ratio, "×", { atMost: MOST_ECHOES }, note));
            summary[`${name}, ${what}`] = ratio;
          }
        }
      }
      return { bench: "mqtt", figures, summary, details: { inFlight: IN_FLIGHT, quick } };
    } finally {
      output.endProgress();
    }
  },
};

async function startMosquitto(processes: BenchProcesses): Promise<string> {
  const program = benchProgram("programs/mosquitto");
  return (await processes.start<null, BrokerReport>("mosquitto", program, null)).report.url;
}
