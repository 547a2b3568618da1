import * as fs from "node:fs";
import * as path from "node:path";
import { admit, DEFAULT_ADMISSION_LIMITS } from "../admission";
import { type Built, buildProcessor } from "../build/build";
import { readJson } from "../build/read-processor";
import type { CreateTwin } from "../engines/twin";
import { WasmInstance } from "../host";
import type { Manifest } from "../manifest";
import { publish } from "../publish/artifact";
import { makePublisherKey, NO_TRUST } from "../sign";
import { runVectors, twinSubject, type VectorFailure, wasmSubject } from "./run-vectors";
import { checkVectors, configBytes, type Vector } from "./vectors";

export interface TestOptions {
  /** A processor's. */
  readonly folder: string;
  /** The oracle, where there is one: it must agree with the vectors too. */
  readonly createTwin?: CreateTwin | undefined;
  /** Nanoseconds of some clock that only goes forward. */
  readonly clock: () => bigint;
  readonly signal?: AbortSignal;
}

export interface TestReport {
  readonly name: string;
  readonly vectors: number;
  readonly steps: number;
  readonly failures: readonly (VectorFailure & { readonly on: "wasm" | "twin" })[];
  readonly hasTwin: boolean;
  /** Of the module as it is published. */
  readonly bytes: number;
  readonly compiledBytes: number;
  readonly fuel: { readonly least: number; readonly most: number; readonly perCall: number };
  /** Mean of the vectors' process calls, on this machine now; null where there is none. */
  readonly nsPerCall: number | null;
  /** What a node would say of it: it was signed with a key of the moment and admitted. */
  readonly admitted: Manifest;
}

const TIMED_ROUNDS = 2_000;
const WARM_ROUNDS = 200;

/**
 * Builds a processor, admits it as a node would, and runs its vectors on V8 and on its twin.
 * @throws ManifestError, CompileError, AdmissionError, ProcessorFaultError where it traps
 */
export async function testProcessor(options: TestOptions): Promise<TestReport> {
  const built = await buildProcessor(options);
  const vectors = readVectors(built.folder);
  const admitted = admitAtOnce(built);
  const module = await WebAssembly.compile(admitted.wasm);
  const { manifest } = admitted;
  const onWasm = runVectors(manifest, vectors, () => wasmSubject(module, manifest));
  const { createTwin } = options;
  const onTwin = createTwin
    ? runVectors(manifest, vectors, () => twinSubject(createTwin)).failures
    : [];
  return {
    name: manifest.name,
    vectors: vectors.length,
    steps: vectors.reduce((sum, { steps }) => sum + steps.length, 0),
    failures: [
      ...onWasm.failures.map((failure) => ({ ...failure, on: "wasm" as const })),
      ...onTwin.map((failure) => ({ ...failure, on: "twin" as const })),
    ],
    hasTwin: createTwin !== undefined,
    bytes: admitted.wasm.length,
    compiledBytes: built.compiledBytes,
    fuel: {
      least: Math.min(...onWasm.fuel),
      most: Math.max(...onWasm.fuel),
      perCall: manifest.fuelPerCall,
    },
    nsPerCall: timed(module, manifest, vectors, options.clock),
    admitted: manifest,
  };
}

/** `test/vectors.json`. @throws ManifestError */
export function readVectors(folder: string): readonly Vector[] {
  const file = path.join(folder, "test", "vectors.json");
  return checkVectors(readJson(file), file);
}

/**
 * Writes what every step came to into the vectors, so that a person can look at it and keep it.
 * @returns how many steps were changed
 */
export async function recordVectors(options: Omit<TestOptions, "clock">): Promise<number> {
  const built = await buildProcessor(options);
  const vectors = readVectors(built.folder);
  const { manifest, wasm } = admitAtOnce(built);
  const module = await WebAssembly.compile(wasm);
  const { outcomes } = runVectors(manifest, vectors, () => wasmSubject(module, manifest));
  let changed = 0;
  const recorded = vectors.map((vector, v) => ({
    ...vector,
    steps: vector.steps.map((step, s) => {
      const { gpio = [], ...outcome } = outcomes[v]?.[s] ?? { gpio: [] };
      const filled = { ...step, ...outcome, ...(gpio.length > 0 ? { gpio } : {}) };
      if (JSON.stringify(filled) !== JSON.stringify(step)) changed++;
      return filled;
    }),
  }));
  const file = path.join(built.folder, "test", "vectors.json");
  fs.writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
  return changed;
}

function admitAtOnce({ manifest, wasm }: Built) {
  const key = makePublisherKey("test");
  const { memoryMaxPages, fuelPerCall, profile, minNode } = manifest;
  return admit(
    publish({ manifest, wasm, key }),
    { ...NO_TRUST, publishers: [key] },
    {
      ...DEFAULT_ADMISSION_LIMITS,
      // A node's own limits are the node's business: here it is what the author asks for.
      memoryPages: memoryMaxPages,
      fuelPerCall,
      profiles: [profile],
      nowMs: 0,
      nodeVersion: minNode ?? "0.0.0",
    },
  );
}

/** All process steps of the vectors one after the other, again and again, on one instance. */
function timed(
  module: WebAssembly.Module,
  manifest: Manifest,
  vectors: readonly Vector[],
  clock: () => bigint,
): number | null {
  const frames = vectors.flatMap(({ steps }) =>
    steps
      .filter(({ inHex }) => inHex !== undefined)
      .map(({ port = 0, inHex = "" }) => ({ port, frame: Buffer.from(inHex, "hex") })),
  );
  if (frames.length === 0) return null;
  const instance = new WasmInstance(module, manifest, {});
  instance.init(configBytes(manifest, vectors[0]?.config));
  const round = (count: number): void => {
    for (let left = count; left > 0; left--) {
      for (const { port, frame } of frames) instance.process(port, frame);
    }
  };
  round(WARM_ROUNDS);
  const start = clock();
  round(TIMED_ROUNDS);
  return Number(clock() - start) / (TIMED_ROUNDS * frames.length);
}
