import type { ManifestBase } from "../manifest";
import { FUEL } from "../publish/fuel";
import { FrameTooLargeError, ProcessorFaultError } from "../runtime/fault";
import type { CallResult } from "../runtime/running-version";
import type { AbiExports } from "./abi-exports";
import { DEFAULT_OUTPUT_LIMITS, type Grants, HostCalls, type OutputLimits } from "./capabilities";

/** init and state hand-over may do more than a frame does. */
const SETUP_FUEL_FACTOR = 100;
const MOST_FUEL = 2_000_000_000;

/**
 * A module of ABI v1 instantiated in this thread: buffers found once, views kept, fuel set for every
 * call. A call that throws leaves it unusable.
 */
export class WasmInstance {
  readonly #name: string;
  readonly #exports: AbiExports;
  readonly #host: HostCalls;
  readonly #fuel: WebAssembly.Global<"i32">;
  readonly #fuelPerCall: number;
  readonly #inPtr: number;
  readonly #inCap: number;
  readonly #outPtr: number;
  readonly #outCap: number;
  #in: Uint8Array;
  #out: Uint8Array;

  /** @throws ProcessorFaultError when its own start-up code traps or its buffers lie outside of memory */
  constructor(
    module: WebAssembly.Module,
    manifest: ManifestBase,
    grants: Grants = {},
    limits: OutputLimits = DEFAULT_OUTPUT_LIMITS,
  ) {
    this.#name = manifest.name;
    this.#fuelPerCall = manifest.fuelPerCall;
    const outPorts = Math.max(1, manifest.ports.out.length);
    this.#host = new HostCalls(manifest.name, outPorts, grants, limits);
    const allowed = manifest.capabilities.map((name) => [name, this.#host.functions[name]]);
    const { exports } = new WebAssembly.Instance(module, { fog: Object.fromEntries(allowed) });
    this.#exports = exports as unknown as AbiExports;
    this.#host.memory = this.#exports.memory;
    this.#fuel = this.#exports[FUEL];
    this.#fuel.value = this.#fuelPerCall;
    const { in_ptr, in_cap, out_ptr, out_cap } = this.#exports;
    [this.#inPtr, this.#inCap, this.#outPtr, this.#outCap] = this.#guarded(() => [
      in_ptr() >>> 0,
      in_cap(),
      out_ptr() >>> 0,
      out_cap(),
    ]) as [number, number, number, number];
    this.#in = this.#view(this.#inPtr, this.#inCap);
    this.#out = this.#view(this.#outPtr, this.#outCap);
  }

  get inputBytes(): number {
    return this.#inCap;
  }

  get memory(): WebAssembly.Memory {
    return this.#exports.memory;
  }

  get hasTick(): boolean {
    return this.#exports.tick !== undefined;
  }

  /** The exported mutable globals `__g0`, `__g1`, … in order: with the memory, all of its state. */
  get globals(): WebAssembly.Global[] {
    const all = this.#exports as unknown as Record<string, WebAssembly.Global>;
    const found: WebAssembly.Global[] = [];
    for (let index = 0; all[`__g${index}`]; index++) {
      found.push(all[`__g${index}`] as WebAssembly.Global);
    }
    return found;
  }

  /** @returns 0, or the processor's error code below 0 */
  init(config: Uint8Array): number {
    return this.#setup(config, () => this.#exports.init(config.length));
  }

  /**
   * One call with one record, or k of them. What `process` returns goes out of port 0, after what it
   * emitted.
   * @throws ProcessorFaultError
   */
  process(port: number, frame: Uint8Array): CallResult {
    this.#write(frame);
    this.#host.begin();
    this.#fuel.value = this.#fuelPerCall;
    try {
      return this.#result(this.#exports.process(port, frame.length));
    } catch (cause) {
      throw this.#faultOf(cause);
    }
  }

  /** @throws ProcessorFaultError */
  tick(ms: number): CallResult {
    this.#host.begin();
    this.#fuel.value = this.#fuelPerCall;
    return this.#guarded(() => this.#result(this.#exports.tick?.(ms) ?? 0));
  }

  /** @returns undefined: it keeps no state, or cannot save it now */
  saveState(): Uint8Array | undefined {
    const { state_save } = this.#exports;
    if (!state_save) return undefined;
    const length = this.#setup(NOTHING, () => state_save());
    return length < 0 ? undefined : this.#output(length).slice();
  }

  loadState(state: Uint8Array, version: number): boolean {
    const { state_load } = this.#exports;
    if (!state_load || state.length > this.#inCap) return false;
    return this.#setup(state, () => state_load(state.length, version)) >= 0;
  }

  #result(code: number): CallResult {
    const fuelUsed = this.#fuelPerCall - (this.#fuel.value as number);
    if (code > 0) this.#host.add(0, this.#output(code).slice());
    return { emissions: this.#host.take(), code, fuelUsed };
  }

  #setup(input: Uint8Array, call: () => number): number {
    this.#write(input);
    this.#host.begin();
    this.#fuel.value = Math.min(MOST_FUEL, this.#fuelPerCall * SETUP_FUEL_FACTOR);
    return this.#guarded(call);
  }

  #write(input: Uint8Array): void {
    if (input.length > this.#inCap) {
      throw new FrameTooLargeError(this.#name, input.length, this.#inCap);
    }
    // After memory.grow the old views are empty.
    if (this.#in.length === 0) this.#in = this.#view(this.#inPtr, this.#inCap);
    this.#in.set(input);
  }

  #output(length: number): Uint8Array {
    if (length > this.#outCap) {
      const what = `answers ${length} bytes, its out-buffer holds ${this.#outCap}`;
      throw new ProcessorFaultError(this.#name, "contract", what);
    }
    if (this.#out.length === 0) this.#out = this.#view(this.#outPtr, this.#outCap);
    return this.#out.subarray(0, length);
  }

  #view(at: number, length: number): Uint8Array {
    const { buffer } = this.#exports.memory;
    if (!(length >= 0 && at + length <= buffer.byteLength)) {
      const what = `has a buffer of ${length} bytes at ${at}, outside of its memory`;
      throw new ProcessorFaultError(this.#name, "contract", what);
    }
    return new Uint8Array(buffer, at, length);
  }

  #guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw this.#faultOf(cause);
    }
  }

  #faultOf(cause: unknown): unknown {
    if (cause instanceof WebAssembly.RuntimeError) {
      const isSpent = ((this.#fuel?.value as number | undefined) ?? 0) < 0;
      const what = isSpent ? `uses more than ${this.#fuelPerCall} units of fuel` : cause.message;
      return new ProcessorFaultError(this.#name, isSpent ? "fuel" : "trap", what, { cause });
    }
    // V8 says of a stack that is full what it says of JavaScript's.
    if (cause instanceof RangeError) {
      return new ProcessorFaultError(this.#name, "trap", cause.message, { cause });
    }
    return cause;
  }
}

const NOTHING = new Uint8Array(0);
