import {
  type BuiltModule,
  benchFolder,
  builtModule,
  compiledFolder,
  type Engine,
  native,
  processorFolder,
  type Step,
  timesOf,
  v8,
} from "@fogwot/wasm/engines";
import { median } from "../../../measure/statistics";
import { figure } from "../../bench";
import type { WasmBenchPart } from "../part";
import { POSE_BYTES, PREPARE, RECORD_BYTES, robotStream } from "../stream";
import { bareChain, type Chain, nodeChain } from "./chain";

const POSE_BAR_US = 2;
const C_RATIO_BAR = 1.5;
const CALL_BAR_NS = 300;
const NOTE = "processor time";

/** One round: nanoseconds of processor time for one pose, or one call. */
interface Round {
  readonly poseNs: number;
  readonly nodePoseNs: number;
  readonly cPoseNs: number;
  readonly call64Ns: number;
  readonly collisionCallNs: number;
  readonly paperShapeNs: number;
}

/** What a pose costs, beside the same in C and beside the shape of the paper's own program. */
export const part: WasmBenchPart = {
  async run({ quick }, output, signal) {
    const kukaAxes = await builtModule("kuka-axes");
    const collision = await builtModule("collision");
    const average = await builtModule("moving-average");
    const paperShape = await compiledFolder(benchFolder("nested-arrays"));
    const { bytes, records } = robotStream();
    const calls = quick ? 2_000 : 200_000;
    const bare = bareChain({ kukaAxes, collision }, bytes);
    const node = nodeChain({ kukaAxes, collision }, bytes);
    // Until the compiler has made its best of both.
    bare(calls);
    node(calls);
    const rounds: Round[] = [];
    for (let round = 0; round < (quick ? 1 : 9); round++) {
      signal.throwIfAborted();
      output.progress(`poses, round ${round + 1}`);
      const time = (engine: Engine, module: Uint8Array, prepare: readonly Step[], step: Timed) =>
        timed(engine, new Uint8Array(module), prepare, step);
      const frames = { bytes, chunkBytes: POSE_BYTES, count: calls };
      const poses = { bytes: records, chunkBytes: RECORD_BYTES, count: calls };
      const inC = (built: BuiltModule, name: "kuka-axes" | "collision", step: Timed): number =>
        time(native(processorFolder(name)), built.wasm, PREPARE[name], step);
      rounds.push({
        poseNs: busyNsOf(bare, calls),
        cPoseNs: inC(kukaAxes, "kuka-axes", frames) + inC(collision, "collision", poses),
        nodePoseNs: busyNsOf(node, calls),
        call64Ns: time(v8, average.wasm, PREPARE["kuka-axes"], poses),
        collisionCallNs: time(v8, collision.wasm, PREPARE.collision, poses),
        paperShapeNs: time(v8, paperShape, PREPARE["kuka-axes"], {
          ...frames,
          count: Math.ceil(calls / 10),
        }),
      });
    }
    output.endProgress();
    return resultOf(rounds, { kukaAxes, collision });
  },
};

type Timed = Pick<Extract<Step, { op: "time" }>, "bytes" | "chunkBytes" | "count">;

function timed(
  engine: Engine,
  module: Uint8Array<ArrayBuffer>,
  prepare: readonly Step[],
  step: Timed,
): number {
  // The first run warms up, the second counts.
  const time: Step = { op: "time", port: 0, ...step };
  const answer = engine.run(module, [...prepare, time, time]).at(-1);
  return answer === undefined ? Number.NaN : timesOf(answer).busyNs / step.count;
}

function busyNsOf(chain: Chain, count: number): number {
  const before = process.cpuUsage();
  chain(count);
  const { user, system } = process.cpuUsage(before);
  return (1_000 * (user + system)) / count;
}

function resultOf(
  rounds: readonly Round[],
  modules: { readonly kukaAxes: BuiltModule; readonly collision: BuiltModule },
): Awaited<ReturnType<WasmBenchPart["run"]>> {
  const of = (value: (round: Round) => number): number | null => median(rounds.map(value));
  const micro = (ns: number | null): number | null => (ns === null ? null : ns / 1_000);
  const poseUs = micro(of(({ poseNs }) => poseNs));
  const nodePoseUs = micro(of(({ nodePoseNs }) => nodePoseNs));
  const poseVsC = of(({ poseNs, cPoseNs }) => poseNs / cPoseNs);
  const cPoseUs = micro(of(({ cPoseNs }) => cPoseNs));
  const call64Ns = of((round) => round.call64Ns);
  const collisionCallNs = of((round) => round.collisionCallNs);
  const paperShapeUs = micro(of(({ paperShapeNs }) => paperShapeNs));
  const paperVsPose = of(({ paperShapeNs, poseNs }) => paperShapeNs / poseNs);
  const bytes = modules.kukaAxes.wasm.length + modules.collision.wasm.length;
  return {
    figures: [
      figure("pose: kuka-axes + collision, V8", poseUs, "µs", { atMost: POSE_BAR_US }, NOTE),
      figure("the same, as a node runs them", nodePoseUs, "µs", { atMost: POSE_BAR_US }, NOTE),
      figure("the same in C, gcc -O2", cPoseUs, "µs", null, NOTE),
      figure("pose: WebAssembly ÷ C", poseVsC, "×", { atMost: C_RATIO_BAR }),
      figure("call with 64 bytes: moving-average", call64Ns, "ns", { atMost: CALL_BAR_NS }, NOTE),
      figure("call with 64 bytes: collision", collisionCallNs, "ns", { atMost: CALL_BAR_NS }, NOTE),
      figure(
        "pose: the paper's shape (nested arrays)",
        paperShapeUs,
        "µs",
        null,
        "no fuel, 1 point",
      ),
      figure("the paper's shape ÷ ours", paperVsPose, "×"),
      figure("both modules", bytes, "bytes"),
    ],
    details: { rounds },
    summary: {
      poseUs,
      nodePoseUs,
      poseVsC,
      cPoseUs,
      call64Ns: Math.max(call64Ns ?? Number.NaN, collisionCallNs ?? Number.NaN),
      paperShapeUs,
      paperVsPose,
    },
  };
}
