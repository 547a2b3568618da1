import {
  benchFolder,
  builtFolder,
  compiledFromC,
  createWorkTwin,
  type Engine,
  type ModuleBytes,
  native,
  type Step,
  timesOf,
  twinEngine,
  v8,
  wasm2c,
} from "@fogwot/wasm/engines";

/** A round of the work takes 1.5 to 2 ns in C, and 43 units of fuel, of which a call may have 2^31: the last is the most. */
const ROUNDS = [64, 640, 6_400, 64_000, 640_000, 6_400_000, 48_000_000] as const;
const BUSY_ROUNDS = 64_000_000;

export interface WorkRow {
  readonly cUs: number;
  readonly onV8: number;
  readonly fromCOnV8: number;
  readonly onWasm2c: number;
  readonly inTypeScript: number;
}

/** Where the overhead of WebAssembly vanishes as a call does more. */
export async function growingWork(quick: boolean): Promise<WorkRow[]> {
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
      inTypeScript: busyNs(twinEngine(createWorkTwin), wasm) / c,
    };
  });
}
