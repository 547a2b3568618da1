import { ProcessorError } from "../processor-error";

/** A foreign engine could not be built, or its program ended. */
export class EngineError extends ProcessorError {
  readonly code = "ENGINE";

  constructor(engine: string, message: string, cause?: unknown) {
    super(`${engine}: ${message}`, { cause, details: { engine } });
  }
}

/** Bytes that a compiler takes: no shared memory. */
export type ModuleBytes = Uint8Array<ArrayBuffer>;

/** What an engine is told, one after the other. */
export type Step =
  | { readonly op: "init" | "restore"; readonly bytes: Uint8Array }
  | { readonly op: "process"; readonly port: number; readonly bytes: Uint8Array }
  /** `now()` says this too. */
  | { readonly op: "tick"; readonly ms: number }
  | { readonly op: "save" | "image" }
  | { readonly op: "load"; readonly version: number; readonly bytes: Uint8Array }
  | {
      readonly op: "time";
      readonly port: number;
      readonly bytes: Uint8Array;
      /** The bytes go in by so many a call, in turn; they are a multiple of it. */
      readonly chunkBytes: number;
      readonly count: number;
    };

export type Sent =
  | { readonly call: "emit"; readonly port: number; readonly hex: string }
  | { readonly call: "gpio_write"; readonly slot: number; readonly value: number };

/** What came of a step. `time`: see `timesOf`. */
export interface Answer {
  readonly code: number;
  readonly bytes: Uint8Array;
  readonly sent: readonly Sent[];
}

export interface Engine {
  readonly name: string;
  /** Of a fresh instance. @param fuel what a call is given @throws EngineError */
  run(module: ModuleBytes, steps: readonly Step[], fuel?: number): Answer[];
}

/** Enough for any call of ours. */
export const PLENTY = 0x7fff_ffff;

/** Names of the exported globals, in the order in which an image holds them. */
export function exportedGlobals(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "global")
    .map(({ name }) => name);
}

export interface Times {
  /** Nanoseconds of all calls by the clock. */
  readonly clockNs: number;
  /** As long as the processor was busy with them: what other programs on the machine hardly change. */
  readonly busyNs: number;
}

/** What the step `time` answered. */
export function timesOf(answer: Answer): Times {
  const view = new DataView(answer.bytes.buffer, answer.bytes.byteOffset);
  return { clockNs: view.getFloat64(0, true), busyNs: view.getFloat64(8, true) };
}
