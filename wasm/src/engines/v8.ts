import {
  type Answer,
  type Engine,
  exportedGlobals,
  type ModuleBytes,
  PLENTY,
  type Sent,
  type Step,
} from "./engine";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly in_ptr: () => number;
  readonly out_ptr: () => number;
  readonly init: (length: number) => number;
  readonly process: (port: number, length: number) => number;
  readonly tick?: (ms: number) => number;
  readonly state_save?: () => number;
  readonly state_load?: (length: number, version: number) => number;
  readonly __fuel?: WebAssembly.Global;
}

/** What a call answers where the module has no such export. */
const TRAP = -0x8000_0000;

/** Node's own engine, in the form of the others: a step after the other, nothing kept but the instance. */
export const v8: Engine = {
  name: "V8",
  run(bytes, steps, fuel = PLENTY) {
    const instance = new V8Instance(bytes, fuel);
    return steps.map((step) => instance.do(step));
  },
};

export class V8Instance {
  readonly exports: Exports;
  readonly #globals: readonly WebAssembly.Global[];
  readonly #fuel: number;
  readonly #in: number;
  readonly #out: number;
  #sent: Sent[] = [];
  #nowMs = 0;
  #isTiming = false;

  constructor(bytes: ModuleBytes, fuel = PLENTY) {
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module, { fog: this.#imports() });
    this.exports = exports as unknown as Exports;
    this.#globals = exportedGlobals(module).map((name) => exports[name] as WebAssembly.Global);
    this.#fuel = fuel;
    this.#refuel();
    this.#in = this.exports.in_ptr();
    this.#out = this.exports.out_ptr();
  }

  /** Bytes of the memory, with what the module has written. */
  get memory(): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer);
  }

  /** From now on nothing that is sent is kept: a measurement would measure that. */
  silence(): void {
    this.#isTiming = true;
  }

  do(step: Step): Answer {
    const { exports } = this;
    this.#sent = [];
    // An image shows what the call before it has left.
    if (step.op !== "image") this.#refuel();
    switch (step.op) {
      case "init":
        return this.#answer(exports.init(this.#give(step.bytes)));
      case "process":
        return this.#answer(exports.process(step.port, this.#give(step.bytes)));
      case "tick":
        this.#nowMs = step.ms;
        return this.#answer(exports.tick?.(step.ms) ?? TRAP);
      case "save":
        return this.#answer(exports.state_save?.() ?? TRAP);
      case "load":
        return this.#answer(exports.state_load?.(this.#give(step.bytes), step.version) ?? TRAP);
      case "image":
        return { code: 0, bytes: this.#image(), sent: [] };
      case "restore":
        this.#restore(step.bytes);
        return { code: 0, bytes: new Uint8Array(0), sent: [] };
      case "time":
        return this.#time(step);
    }
  }

  #refuel(): void {
    if (this.exports.__fuel) this.exports.__fuel.value = this.#fuel;
  }

  #give(bytes: Uint8Array): number {
    this.memory.set(bytes, this.#in);
    return bytes.length;
  }

  #answer(code: number): Answer {
    const bytes = this.memory.slice(this.#out, this.#out + Math.max(0, code));
    return { code, bytes, sent: this.#sent };
  }

  #image(): Uint8Array {
    const { memory } = this;
    const image = new Uint8Array(4 + memory.length + 8 * this.#globals.length);
    const view = new DataView(image.buffer);
    view.setUint32(0, memory.length, true);
    image.set(memory, 4);
    this.#globals.forEach((global, i) => {
      const at = 4 + memory.length + 8 * i;
      if (typeof global.value === "bigint") view.setBigInt64(at, global.value, true);
      else if (isI32(global)) view.setInt32(at, global.value as number, true);
      else view.setFloat64(at, global.value as number, true);
    });
    return image;
  }

  #restore(image: Uint8Array): void {
    const { memory } = this;
    const view = new DataView(image.buffer, image.byteOffset, image.length);
    memory.set(image.subarray(4, 4 + memory.length));
    this.#globals.forEach((global, i) => {
      const at = 4 + memory.length + 8 * i;
      if (typeof global.value === "bigint") global.value = view.getBigInt64(at, true);
      else if (isI32(global)) global.value = view.getInt32(at, true);
      else global.value = view.getFloat64(at, true);
    });
  }

  /** As a node calls it: copy, fuel, call; views are kept. */
  #time(step: Extract<Step, { readonly op: "time" }>): Answer {
    const { port, count, chunkBytes } = step;
    let { memory } = this;
    const { process: call, __fuel } = this.exports;
    const from = this.#in;
    const chunks = Array.from({ length: step.bytes.length / chunkBytes }, (_, i) =>
      step.bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
    );
    let code = 0;
    this.#isTiming = true;
    const before = process.cpuUsage();
    const start = performance.now();
    for (let i = 0, next = 0; i < count; i++) {
      // After memory.grow the old view is empty.
      if (memory.length === 0) memory = this.memory;
      memory.set(chunks[next] as Uint8Array, from);
      if (__fuel) __fuel.value = this.#fuel;
      code = call(port, chunkBytes);
      next = next + 1 === chunks.length ? 0 : next + 1;
    }
    const clockNs = (performance.now() - start) * 1e6;
    const busy = process.cpuUsage(before);
    const ns = new Float64Array([clockNs, 1_000 * (busy.user + busy.system)]);
    this.#isTiming = false;
    return { code, bytes: new Uint8Array(ns.buffer), sent: [] };
  }

  #imports(): Record<string, (...values: number[]) => number | undefined> {
    return {
      emit: (port = 0, at = 0, length = 0) => {
        if (this.#isTiming) return undefined;
        const hex = Buffer.from(this.memory.subarray(at, at + length)).toString("hex");
        this.#sent.push({ call: "emit", port, hex });
        return undefined;
      },
      gpio_write: (slot = 0, value = 0) => {
        if (this.#isTiming) return undefined;
        this.#sent.push({ call: "gpio_write", slot, value });
        return undefined;
      },
      log: () => undefined,
      now: () => this.#nowMs,
    };
  }
}

/** JavaScript does not tell an f64 that is whole from an i32: only an i32 wraps what does not fit. */
function isI32(global: WebAssembly.Global): boolean {
  const { value } = global;
  global.value = 0x1_0000_0000;
  const wraps = global.value === 0;
  global.value = value;
  return wraps;
}
