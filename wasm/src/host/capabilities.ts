import { ProcessorFaultError } from "../runtime/fault";
import type { Emission } from "../runtime/running-version";

/** What a node lets a processor do; each is reached only when the manifest names it. */
export interface Grants {
  readonly log?: (level: LogLevel, text: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** By slot of the manifest's list `gpio`. */
  readonly gpioWrite?: (slot: number, value: number) => void;
  /** By index of the manifest's list `assets`; undefined: not there. */
  readonly asset?: (index: number) => Uint8Array | undefined;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What one call may send out and say; beyond it the instance is stopped. */
export interface OutputLimits {
  readonly emissions: number;
  readonly bytes: number;
  readonly logLines: number;
}

export const DEFAULT_OUTPUT_LIMITS: OutputLimits = {
  emissions: 256,
  bytes: 1_048_576,
  logLines: 16,
};

const LOG_LINE_BYTES = 1_024;
const E_ASSET = -7;
const NONE: readonly Emission[] = Object.freeze([]);

/** Functions of the module `fog` for one instance, and what they took during one call. */
export class HostCalls {
  readonly #processor: string;
  readonly #grants: Grants;
  readonly #limits: OutputLimits;
  readonly #outPorts: number;
  /** Of the instance, once it has one. */
  memory: WebAssembly.Memory | undefined;
  #emissions: Emission[] = [];
  #bytes = 0;
  #logLines = 0;
  #nowMs: number | undefined;

  constructor(processor: string, outPorts: number, grants: Grants, limits: OutputLimits) {
    this.#processor = processor;
    this.#outPorts = outPorts;
    this.#grants = grants;
    this.#limits = limits;
  }

  /** Before every call. */
  begin(): void {
    if (this.#emissions.length > 0) this.#emissions = [];
    this.#bytes = 0;
    this.#logLines = 0;
    this.#nowMs = undefined;
  }

  /** By the names that modules import; the manifest's capabilities decide which of them are handed over. */
  readonly functions = {
    emit: (port: number, ptr: number, len: number): void => {
      if (port < 0 || port >= this.#outPorts) {
        throw this.#fault("contract", `emits to port ${port}, of ${this.#outPorts}`);
      }
      this.add(port, this.#read(ptr, len).slice());
    },
    log: (level: number, ptr: number, len: number): void => {
      if (++this.#logLines > this.#limits.logLines) {
        throw this.#fault("flood", `logs more than ${this.#limits.logLines} lines in a call`);
      }
      const line = this.#read(ptr, len).subarray(0, LOG_LINE_BYTES);
      const text = Buffer.from(line)
        .toString("utf8")
        .replaceAll(/\p{Cc}/gu, " ");
      this.#grants.log?.(LOG_LEVELS[level] ?? "info", text);
    },
    now: (): number => {
      this.#nowMs ??= this.#grants.now?.() ?? 0;
      return this.#nowMs;
    },
    gpio_write: (slot: number, value: number): void => this.#grants.gpioWrite?.(slot, value),
    asset: (index: number, offset: number, ptr: number, len: number): number => {
      const bytes = this.#grants.asset?.(index);
      if (!bytes) return E_ASSET;
      if (len === 0) return bytes.length;
      const part = bytes.subarray(Math.max(0, offset), Math.max(0, offset) + len);
      this.#read(ptr, part.length).set(part);
      return part.length;
    },
  };

  add(port: number, bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#emissions.length >= this.#limits.emissions || this.#bytes > this.#limits.bytes) {
      const { emissions, bytes: most } = this.#limits;
      throw this.#fault(
        "flood",
        `sends out more than ${emissions} times or ${most} bytes in a call`,
      );
    }
    this.#emissions.push({ port, bytes });
  }

  /** What this call sent out, in order. */
  take(): readonly Emission[] {
    if (this.#emissions.length === 0) return NONE;
    const taken = this.#emissions;
    this.#emissions = [];
    return taken;
  }

  #read(ptr: number, len: number): Uint8Array {
    const all = (this.memory as WebAssembly.Memory).buffer;
    const from = ptr >>> 0;
    if (len < 0 || from + len > all.byteLength) {
      throw this.#fault("contract", `hands over ${len} bytes at ${from}, outside of its memory`);
    }
    return new Uint8Array(all, from, len);
  }

  #fault(kind: "contract" | "flood", what: string): ProcessorFaultError {
    return new ProcessorFaultError(this.#processor, kind, what);
  }
}
