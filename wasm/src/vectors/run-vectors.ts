import type { CreateTwin, ProcessorTwin } from "../engines/twin";
import { WasmInstance } from "../host";
import type { ManifestBase } from "../manifest";
import { configBytes, type Vector, type VectorStep } from "./vectors";

/** What a call came to, in the form of the vectors. */
export interface Outcome {
  readonly result: number;
  readonly outHex: string;
  readonly emits: readonly { readonly port: number; readonly hex: string }[];
  readonly gpio: readonly { readonly slot: number; readonly value: number }[];
}

/** Something that vectors can be run on: one fresh processor. */
export interface Subject {
  init(config: Uint8Array): Outcome;
  process(port: number, frame: Uint8Array): Outcome;
  tick(ms: number): Outcome;
  /** Units of the last call; 0 where nothing counts. */
  readonly fuelUsed: number;
}

/** A step that came out otherwise than it must. */
export interface VectorFailure {
  readonly vector: string;
  /** From 0; -1 is the configuration that it begins with. */
  readonly step: number;
  readonly got: Outcome;
  readonly wanted: Partial<Outcome>;
}

export interface VectorRun {
  readonly failures: readonly VectorFailure[];
  /** What every step came to, by vector. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Units of each process and tick. */
  readonly fuel: readonly number[];
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Runs every vector on a subject of its own. */
export function runVectors(
  manifest: ManifestBase,
  vectors: readonly Vector[],
  create: () => Subject,
): VectorRun {
  const failures: VectorFailure[] = [];
  const fuel: number[] = [];
  const outcomes = vectors.map((vector) => {
    const subject = create();
    const begun = subject.init(configBytes(manifest, vector.config));
    if (begun.result < 0) {
      failures.push({ vector: vector.name, step: -1, got: begun, wanted: { result: 0 } });
    }
    return vector.steps.map((step, index) => {
      const got = take(subject, manifest, step);
      if (step.config === undefined) fuel.push(subject.fuelUsed);
      const wanted = wantedOf(step);
      if (!fits(got, wanted)) failures.push({ vector: vector.name, step: index, got, wanted });
      return got;
    });
  });
  return { failures, outcomes, fuel };
}

function take(subject: Subject, manifest: ManifestBase, step: VectorStep): Outcome {
  if (step.tickMs !== undefined) return subject.tick(step.tickMs);
  if (step.config !== undefined) return subject.init(configBytes(manifest, step.config));
  return subject.process(step.port ?? 0, Buffer.from(step.inHex ?? "", "hex"));
}

function wantedOf({ result, outHex, emits, gpio }: VectorStep): Partial<Outcome> {
  return {
    ...(result === undefined ? {} : { result }),
    ...(outHex === undefined ? {} : { outHex }),
    ...(emits === undefined ? {} : { emits }),
    ...(gpio === undefined ? {} : { gpio }),
  };
}

function fits(got: Outcome, wanted: Partial<Outcome>): boolean {
  if (wanted.result === undefined && got.result < 0) return false;
  return (Object.keys(wanted) as (keyof Outcome)[]).every(
    (key) => JSON.stringify(got[key]) === JSON.stringify(wanted[key]),
  );
}

/** On V8, through the host that nodes use. @param module of what was built from the manifest's source */
export function wasmSubject(module: WebAssembly.Module, manifest: ManifestBase): Subject {
  const gpio: { slot: number; value: number }[] = [];
  let nowMs = 0;
  let fuelUsed = 0;
  const instance = new WasmInstance(module, manifest, {
    now: () => nowMs,
    gpioWrite: (slot, value) => gpio.push({ slot, value }),
  });
  const outcome = (
    result: number,
    sent: readonly { port: number; bytes: Uint8Array }[],
  ): Outcome => {
    // What a call returns is the last that it sends.
    const emitted = result > 0 ? sent.slice(0, -1) : sent;
    const last = result > 0 ? sent.at(-1)?.bytes : undefined;
    return {
      result,
      outHex: last ? hexOf(last) : "",
      emits: emitted.map(({ port, bytes }) => ({ port, hex: hexOf(bytes) })),
      gpio: gpio.splice(0),
    };
  };
  const called = ({
    code,
    emissions,
    fuelUsed: used,
  }: ReturnType<WasmInstance["tick"]>): Outcome => {
    fuelUsed = used;
    return outcome(code, emissions);
  };
  return {
    get fuelUsed() {
      return fuelUsed;
    },
    init: (config) => outcome(instance.init(config), []),
    process: (port, frame) => called(instance.process(port, frame)),
    tick(ms) {
      nowMs = ms;
      return called(instance.tick(ms));
    },
  };
}

/** The processor's twin in TypeScript. */
export function twinSubject(createTwin: CreateTwin): Subject {
  const emits: { port: number; hex: string }[] = [];
  const gpio: { slot: number; value: number }[] = [];
  const twin: ProcessorTwin = createTwin({
    emit: (port, bytes) => {
      emits.push({ port, hex: hexOf(bytes) });
    },
    gpioWrite: (slot, value) => {
      gpio.push({ slot, value });
    },
  });
  const outcome = (said: Uint8Array | number): Outcome => ({
    result: typeof said === "number" ? said : said.length,
    outHex: typeof said === "number" ? "" : hexOf(said),
    emits: emits.splice(0),
    gpio: gpio.splice(0),
  });
  return {
    fuelUsed: 0,
    init: (config) => outcome(twin.init(config)),
    process: (port, frame) => outcome(twin.process(port, frame)),
    tick: (ms) => outcome(twin.tick?.(ms) ?? 0),
  };
}
