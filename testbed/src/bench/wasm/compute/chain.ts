import { type BuiltModule, nodeInstance, V8Instance } from "@fogwot/wasm/engines";
import { POSE_BYTES, PREPARE, RECORD_BYTES } from "../stream";

/** Both processors on every pose: bytes in, decision out. @returns a function that does `count` poses */
export type Chain = (count: number) => void;

const NUMBERS = RECORD_BYTES / 8;

interface Modules {
  readonly kukaAxes: BuiltModule;
  readonly collision: BuiltModule;
}

function chunksOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / POSE_BYTES }, (_, i) =>
    bytes.subarray(i * POSE_BYTES, (i + 1) * POSE_BYTES),
  );
}

/** The ABI itself: copy, fuel, call; copy, fuel, call. */
export function bareChain({ kukaAxes, collision }: Modules, bytes: Uint8Array): Chain {
  const decoder = new V8Instance(kukaAxes.wasm);
  const judge = new V8Instance(collision.wasm);
  for (const step of PREPARE["kuka-axes"]) decoder.do(step);
  for (const step of PREPARE.collision) judge.do(step);
  judge.silence();
  const chunks = chunksOf(bytes);
  const { memory: decoderMemory } = decoder;
  const decoderIn = decoder.exports.in_ptr();
  // Records are numbers: eight of them are copied before a call of `set` has begun.
  const pose = numbersAt(decoder.memory, decoder.exports.out_ptr());
  const judgeIn = numbersAt(judge.memory, judge.exports.in_ptr());
  const { process: decode, __fuel: decoderFuel } = decoder.exports;
  const { process: decide, __fuel: judgeFuel } = judge.exports;
  const { fuelPerCall: decodeUnits } = kukaAxes.manifest;
  const { fuelPerCall: decideUnits } = collision.manifest;
  let next = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      decoderMemory.set(chunks[next] as Uint8Array, decoderIn);
      if (decoderFuel) decoderFuel.value = decodeUnits;
      const length = decode(0, POSE_BYTES);
      next = next + 1 === chunks.length ? 0 : next + 1;
      if (length !== RECORD_BYTES) continue;
      for (let k = 0; k < NUMBERS; k++) judgeIn[k] = pose[k] as number;
      if (judgeFuel) judgeFuel.value = decideUnits;
      decide(0, RECORD_BYTES);
    }
  };
}

function numbersAt(memory: Uint8Array, at: number): Float64Array {
  return new Float64Array(memory.buffer, at, NUMBERS);
}

/** As a node runs them: what comes out is copied, counted, held to its limits. */
export function nodeChain({ kukaAxes, collision }: Modules, bytes: Uint8Array): Chain {
  const start = (built: BuiltModule): ReturnType<typeof nodeInstance> => {
    const instance = nodeInstance(built);
    instance.init(new Uint8Array(0));
    return instance;
  };
  const decoder = start(kukaAxes);
  const judge = start(collision);
  for (const step of PREPARE.collision) {
    if (step.op === "process") judge.process(step.port, step.bytes);
  }
  const chunks = chunksOf(bytes);
  let next = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      const { emissions } = decoder.process(0, chunks[next] as Uint8Array);
      next = next + 1 === chunks.length ? 0 : next + 1;
      for (const { bytes: pose } of emissions) judge.process(0, pose);
    }
  };
}
