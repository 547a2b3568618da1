import {
  builtModule,
  type Engine,
  type ModuleBytes,
  type Step,
  timesOf,
  twinEngine,
  twinOf,
  v8,
} from "@fogwot/wasm/engines";
import { median } from "../../../measure/statistics";
import { type BenchFigure, figure } from "../../bench";
import type { WasmBenchPart } from "../part";

const NAMES = ["aggregate", "anomaly", "irrigation", "moving-average"] as const;
const SAMPLE_BYTES = 16;
const SAMPLES = 1_000;
const ROUNDS = 9;

/** What one sample costs the processors of sensors: copied in, metered, one call each. */
export const part: WasmBenchPart = {
  async run({ quick }, output, signal) {
    const count = quick ? 2_000 : 200_000;
    const rounds = quick ? 1 : ROUNDS;
    const figures: BenchFigure[] = [];
    const details: Record<string, unknown> = {};
    for (const name of NAMES) {
      signal.throwIfAborted();
      output.progress(`a sample through ${name}`);
      const { wasm } = await builtModule(name);
      const of = (engine: Engine): number | null =>
        median(Array.from({ length: rounds }, () => nsPerSample(engine, wasm, count)));
      const [v8Ns, typeScriptNs] = [of(v8), of(twinEngine(twinOf(name)))];
      const note = `TypeScript ${(typeScriptNs ?? Number.NaN).toFixed(0)} ns; processor time`;
      figures.push(figure(`a sample: ${name}`, v8Ns, "ns", null, note));
      details[name] = { v8Ns, typeScriptNs };
    }
    output.endProgress();
    return { figures, details, summary: {} };
  },
};

function nsPerSample(engine: Engine, module: ModuleBytes, count: number): number {
  // The first run warms up, the second counts.
  const time: Step = { op: "time", port: 0, bytes: SAMPLE_STREAM, chunkBytes: SAMPLE_BYTES, count };
  const init: Step = { op: "init", bytes: new Uint8Array(0) };
  const answer = engine.run(module, [init, time, time]).at(-1);
  return answer === undefined ? Number.NaN : timesOf(answer).busyNs / count;
}

/** One a second; moisture to one processor, some value to the others, within all of their ranges. */
const SAMPLE_STREAM = ((): Uint8Array => {
  const bytes = Buffer.alloc(SAMPLES * SAMPLE_BYTES);
  for (let index = 0; index < SAMPLES; index++) {
    bytes.writeDoubleLE(1e12 + 1_000 * index, index * SAMPLE_BYTES);
    bytes.writeDoubleLE(2_000 + 500 * Math.sin(index / 20), index * SAMPLE_BYTES + 8);
  }
  return bytes;
})();
