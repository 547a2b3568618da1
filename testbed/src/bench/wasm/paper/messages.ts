import {
  builtModule,
  type Engine,
  type ModuleBytes,
  native,
  processorFolder,
  type Step,
  timesOf,
  twinEngine,
  twinOf,
  v8,
  wasm2c,
  wasm3,
} from "@fogwot/wasm/engines";
import { POSE_BYTES, PREPARE, RECORD_BYTES, robotStream } from "../stream";

export const MESSAGES = 100;

export interface Row {
  readonly engine: string;
  readonly firstUs: number;
  readonly averageUs: number;
  readonly maxUs: number;
}

/** A fresh instance for each engine: its first call compiles, where the engine does that late. */
export async function hundredMessages(): Promise<Row[]> {
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
    both("TypeScript", (name) => twinEngine(twinOf(name))),
    both("C, gcc -O2", (name) => native(processorFolder(name))),
  ];
}
