import * as os from "node:os";
import * as path from "node:path";
import { DEFAULT_SETTINGS } from "@fogwot/wasm/collision";
import { DEFAULT_CONFIG } from "@fogwot/wasm/kuka-axes";
import { type Distribution, distribution } from "../../../measure/statistics";
import { figure } from "../../bench";
import { BenchProcesses } from "../../bench-processes";
import type { WasmBenchPart } from "../part";
import { CellRig } from "./cell-rig";
import type { ServerDecisionConfig } from "./server-decision";

const STOP_BAR_MS = 5;
const CALIBRATION_BAR_MS = 50;
/** Four bytes at 9600 baud, 8N1. */
const COMMAND_LINE_MS = (4 * 10_000) / 9_600;
/** What the paper's system took from a pose to its stop, line time apart. */
const PAPER_SYSTEM_MS = 50;
/** ISO 13855: how fast a person walks up. */
const WALK_MM_PER_MS = 1.6;
/** Until the compilers have made their best of every process on the way, and new versions are confirmed. */
const WARM_UP = 150;
const SOURCE = path.join(__dirname, `server-decision${path.extname(__filename)}`);

/**
 * From the last byte of a pose to the stop's bytes on the line, with the whole site running: decided on
 * the fog node, and by the processing server over MQTT; and how soon a calibration is acknowledged.
 */
export const part: WasmBenchPart = {
  async run({ quick }, output, signal) {
    const stops = quick ? 20 : 300;
    output.progress("starting the robot's cell");
    await using processes = new BenchProcesses(signal);
    const rig = await CellRig.open();
    try {
      const measure = async (what: string, count: number): Promise<(number | null)[]> => {
        const taken: (number | null)[] = [];
        for (let stop = 0; stop < count; stop++) {
          signal.throwIfAborted();
          taken.push(await rig.stop());
          output.progress(`${what}: ${stop + 1} of ${count} stops`);
        }
        return taken;
      };
      const first = summed(await measure("fog node, warming up", quick ? 5 : WARM_UP));
      const node = summed(await measure("fog node", stops));
      const calibration = await calibrations(rig, quick ? 20 : 200);
      // The node decides on, but nothing is too near for it any more.
      await rig.configure({
        collision: { settings: { offsetMm: 0, reactionMs: 0 } as object } as never,
      });
      const config = { robot: rig.tdUrl("robot-1"), tracker: rig.tdUrl("tracker-1") };
      await processes.start<ServerDecisionConfig, object>("server-decision", SOURCE, config);
      await measure("server over MQTT, warming up", quick ? 5 : WARM_UP);
      const server = summed(await measure("server over MQTT", stops));
      output.endProgress();
      return resultOf({ first, node, server, calibration });
    } finally {
      output.endProgress();
      await rig.close();
    }
  },
};

interface Stops {
  readonly ms: Distribution | null;
  readonly failed: number;
}

function summed(taken: readonly (number | null)[]): Stops {
  const came = taken.flatMap((ms) => (ms === null ? [] : [ms]));
  return { ms: distribution(came), failed: taken.length - came.length };
}

/** Acknowledged is in force: each is read back, and is what was written. */
async function calibrations(rig: CellRig, count: number): Promise<Stops> {
  const taken: (number | null)[] = [];
  for (let index = 0; index < count; index++) {
    const startBelow = 20 + (index % 10);
    const ms = await rig.configure({ irrigation: { calibration: { startBelow } as object } });
    const { irrigation } = await rig.settings();
    const inForce = irrigation?.calibration as { readonly startBelow?: number } | undefined;
    taken.push(inForce?.startBelow === startBelow && Number.isFinite(ms) ? ms : null);
  }
  return summed(taken);
}

interface Measured {
  /** Right after the start of the site. */
  readonly first: Stops;
  readonly node: Stops;
  readonly server: Stops;
  readonly calibration: Stops;
}

function resultOf({ first, node, server, calibration }: Measured) {
  const stopP99Ms = node.ms?.p99 ?? null;
  const serverP99Ms = server.ms?.p99 ?? null;
  const load = `load ${os.loadavg()[0]?.toFixed(1)}`;
  const note = ({ ms, failed }: Stops): string =>
    `${ms?.count ?? 0} stops, median ${ms?.p50.toFixed(2)} ms, ${failed} lost, ${load}`;
  const age = (p99Ms: number | null): number | null =>
    p99Ms === null ? null : DEFAULT_CONFIG.poseIntervalMs + p99Ms + COMMAND_LINE_MS;
  const distance = stopP99Ms === null ? null : safetyDistance(stopP99Ms);
  const { offsetMm, reactionMs } = DEFAULT_SETTINGS;
  return {
    figures: [
      figure(
        "pose to stop, on the fog node, p99",
        stopP99Ms,
        "ms",
        { atMost: STOP_BAR_MS },
        note(node),
      ),
      figure(
        "age of the pose at the stop, fog node",
        age(stopP99Ms),
        "ms",
        null,
        "line time included",
      ),
      figure("pose to stop, server over MQTT, p99", serverP99Ms, "ms", null, note(server)),
      figure(
        "age of the pose at the stop, server",
        age(serverP99Ms),
        "ms",
        null,
        "the paper: 60 ms of RTT",
      ),
      figure(
        "safety distance at 1 m/s",
        distance ? distance.offsetMm + distance.reactionMs : null,
        "mm",
        null,
        `the paper's ${PAPER_SYSTEM_MS} ms: ${offsetMm + reactionMs} mm`,
      ),
      figure(
        "calibration acknowledged and in force, p99",
        calibration.ms?.p99 ?? null,
        "ms",
        { atMost: CALIBRATION_BAR_MS },
        `${calibration.failed} not in force`,
      ),
    ],
    details: { first, node, server, calibration, distance, loadAverage: os.loadavg() },
    summary: {
      stopP99Ms,
      stopServerP99Ms: serverP99Ms,
      calibrationP99Ms: calibration.ms?.p99 ?? null,
    },
  };
}

/**
 * The paper's 1097.2 mm + 2472 ms × v with our latency in the place of its system's: what is saved, the
 * robot goes on at v and a person at 1.6 m/s for less long. Braking and the line, most of it, stay.
 */
function safetyDistance(latencyMs: number): {
  readonly offsetMm: number;
  readonly reactionMs: number;
} {
  const savedMs = PAPER_SYSTEM_MS - latencyMs;
  const { offsetMm, reactionMs } = DEFAULT_SETTINGS;
  return { offsetMm: offsetMm - WALK_MM_PER_MS * savedMs, reactionMs: reactionMs - savedMs };
}
