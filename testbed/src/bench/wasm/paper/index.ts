import {
  benchFolder,
  builtFolder,
  builtModule,
  compiledFromC,
  type Engine,
  type ModuleBytes,
  native,
  processorFolder,
  type Step,
  timesOf,
  v8,
  wasm2c,
  wasm3,
} from "@fogwot/wasm/engines";
import { figure } from "../../bench";
import type { WasmBenchPart } from "../part";
import { POSE_BYTES, PREPARE, RECORD_BYTES, robotStream } from "../stream";

const MESSAGES = 100;
/** "Adaptive retrofitting", table 2: milliseconds of the distance alone, without JSON. */
const TABLE_2 = [
  { device: "laptop", averageMs: 0.23, firstMs: 1.451 },
  { device: "Raspberry Pi 4", averageMs: 1.06, firstMs: 5.8 },
  { device: "ESP32", averageMs: 3.093, firstMs: 9.576 },
] as const;
/** The same paper, section 4.2. */
const SECTION_4_2 = "the paper: 22 KB module, 26.6 MB dependencies";
/** A round of the work takes about 1.5 ns in C. */
const ROUNDS = [64, 640, 6_400, 64_000, 640_000, 6_400_000, 32_000_000] as const;
const BUSY_ROUNDS = 64_000_000;

interface Row {
  readonly engine: string;
  readonly firstUs: number;
  readonly averageUs: number;
  readonly maxUs: number;
}

/** The papers' tables: a hundred messages per engine, and where the overhead of WebAssembly vanishes. */
export const part: WasmBenchPart = {
  isForPaper: true,
  async run({ quick }, output, signal) {
    const rows = await hundredMessages();
    output.line(`${MESSAGES} poses, kuka-axes and collision: first call, average, maximum (µs)`);
    for (const { engine, firstUs, averageUs, maxUs } of rows) {
      const numbers = [firstUs, averageUs, maxUs].map((us) => us.toFixed(2).padStart(10));
      output.line(`  ${engine.padEnd(24)}${numbers.join("")}`);
    }
    for (const { device, averageMs, firstMs } of TABLE_2) {
      const numbers = [firstMs, averageMs, firstMs].map((ms) =>
        (ms * 1_000).toFixed(0).padStart(10),
      );
      output.line(`  ${`the paper: ${device}`.padEnd(24)}${numbers.join("")}`);
    }
    signal.throwIfAborted();
    const work = await growingWork(quick);
    output.line("work per call: in C (µs), WebAssembly ÷ C of the same source on V8, on wasm2c");
    for (const { cUs, onV8, fromCOnV8, onWasm2c } of work) {
      const ratios = [onV8, fromCOnV8, onWasm2c].map((ratio) => ratio.toFixed(2).padStart(8));
      output.line(
        `  ${cUs.toFixed(2).padStart(12)}  AS, C on V8, AS on wasm2c: ${ratios.join("")}`,
      );
    }
    const modules = await Promise.all(["kuka-axes", "collision"].map(builtModule));
    const bytes = modules.reduce((sum, { wasm }) => sum + wasm.length, 0);
    return {
      figures: [figure("modules of the robot, no dependencies", bytes, "bytes", null, SECTION_4_2)],
      details: { messages: rows, table2: TABLE_2, work },
      summary: {},
    };
  },
};

/** A fresh instance for each engine: its first call compiles, where the engine does that late. */
async function hundredMessages(): Promise<Row[]> {
  const { bytes, records } = robotStream();
  const kukaAxes = (await builtModule("kuka-axes")).wasm;
  const collision = (await builtModule("collision")).wasm;
  const measure = (
    engine: Engine,
    module: ModuleBytes,
    prepare: readonly Step[],
    stream: Uint8Array,
    size: number,
  ): number[] => {
    const calls = Array.from(
      { length: MESSAGES + 1 },
      (_, i): Step => ({
        op: "time",
        port: 0,
        bytes: stream.subarray(i * size, (i + 1) * size),
        chunkBytes: size,
        count: 1,
      }),
    );
    const answers = engine.run(module, [...prepare, ...calls]).slice(prepare.length);
    return answers.map((answer) => timesOf(answer).clockNs / 1_000);
  };
  const both = (label: string, engine: (name: "kuka-axes" | "collision") => Engine): Row => {
    const decode = measure(engine("kuka-axes"), kukaAxes, PREPARE["kuka-axes"], bytes, POSE_BYTES);
    const decide = measure(
      engine("collision"),
      collision,
      PREPARE.collision,
      records,
      RECORD_BYTES,
    );
    const [firstUs = 0, ...later] = decode.map((us, i) => us + (decide[i] ?? 0));
    const averageUs = later.reduce((sum, us) => sum + us, 0) / later.length;
    return { engine: label, firstUs, averageUs, maxUs: Math.max(...later) };
  };
  return [
    both("V8 (Node)", () => v8),
    both("wasm2c, gcc -O2", () => wasm2c),
    both("wasm3 0.5.0", () => wasm3),
    both("C, gcc -O2", (name) => native(processorFolder(name))),
  ];
}

interface WorkRow {
  readonly cUs: number;
  readonly onV8: number;
  readonly fromCOnV8: number;
  readonly onWasm2c: number;
}

async function growingWork(quick: boolean): Promise<WorkRow[]> {
  const folder = benchFolder("work");
  const { wasm } = await builtFolder(folder);
  const fromC = compiledFromC(folder);
  return ROUNDS.slice(0, quick ? 3 : undefined).map((rounds) => {
    const order = new Uint8Array(16);
    new DataView(order.buffer).setInt32(0, rounds, true);
    const count = Math.max(1, Math.floor(BUSY_ROUNDS / rounds / (quick ? 100 : 1)));
    const time: Step = { op: "time", port: 0, bytes: order, chunkBytes: order.length, count };
    const busyNs = (engine: Engine, module: ModuleBytes): number => {
      const answer = engine.run(module, [time, time]).at(-1);
      return answer === undefined ? Number.NaN : timesOf(answer).busyNs / count;
    };
    const c = busyNs(native(folder), wasm);
    return {
      cUs: c / 1_000,
      onV8: busyNs(v8, wasm) / c,
      fromCOnV8: busyNs(v8, fromC) / c,
      onWasm2c: busyNs(wasm2c, wasm) / c,
    };
  });
}
