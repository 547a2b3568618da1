import {
  CODES,
  type CreateTwin,
  NOTHING,
  type ProcessorTwin,
  type TwinHost,
} from "../../src/engines/twin";
import { AXES, DIALECTS } from "./constants";
import { KukaAxesTwin, type PoseRecord } from "./decoder";
import { type AxisLimit, DEFAULT_CONFIG, type KukaAxesConfig } from "./limits";

const PORTS = { bytes: 0, limits: 1, status: 2 } as const;
const SENT = { limitInForce: 1, acknowledgement: 2 } as const;
export const POSE_RECORD_BYTES = 64;
export const LIMIT_BYTES = 32;
export const STATUS_BYTES = 112;
const CONFIG_BYTES = 16 + 24 * AXES;

/** The decoder with the records of the processor ABI around it. */
export const createTwin: CreateTwin = (host) => new KukaAxesProcessor(host);

class KukaAxesProcessor implements ProcessorTwin {
  readonly #host: TwinHost;
  #decoder: KukaAxesTwin | undefined;
  #poses: Uint8Array[] = [];

  constructor(host: TwinHost) {
    this.#host = host;
  }

  init(config: Uint8Array): number {
    this.#decoder = undefined;
    const parsed = config.length === 0 ? DEFAULT_CONFIG : configOf(config);
    if (parsed === undefined) return CODES.config;
    this.#decoder = new KukaAxesTwin(parsed);
    return 0;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    const decoder = this.#decoder;
    if (decoder === undefined) return CODES.notReady;
    if (port === PORTS.bytes) {
      this.#poses = [];
      decoder.push(input, this);
      return this.#poses.length === 0 ? NOTHING : Buffer.concat(this.#poses);
    }
    if (port === PORTS.limits) return this.#changeLimits(decoder, input);
    return port === PORTS.status ? statusOf(decoder) : CODES.port;
  }

  pose({ number, axes }: PoseRecord): void {
    this.#poses.push(numbers(number, ...axes));
  }

  acknowledgement(id: number, status: number): void {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, id, true);
    view.setInt32(4, status, true);
    this.#host.emit(SENT.acknowledgement, bytes);
  }

  #changeLimits(decoder: KukaAxesTwin, input: Uint8Array): Uint8Array | number {
    if (input.length % LIMIT_BYTES !== 0) return CODES.length;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    const starts = Array.from({ length: input.length / LIMIT_BYTES }, (_, i) => i * LIMIT_BYTES);
    const isWrong = starts.some((at) => {
      const axis = view.getInt32(at, true);
      return axis < 1 || axis > AXES || !isLimit(limitAt(view, at + 8));
    });
    if (isWrong) return CODES.config;
    for (const at of starts) {
      decoder.setLimit(view.getInt32(at, true) - 1, limitAt(view, at + 8));
      this.#host.emit(SENT.limitInForce, input.subarray(at, at + LIMIT_BYTES));
    }
    return NOTHING;
  }
}

/** What `init` takes: `dialect i32 (-1 auto) | 0 i32 | poseIntervalMs f64 | 7 × (min, max, maxSpeed f64)`. */
export function encodeConfig({ dialect, poseIntervalMs, axes }: KukaAxesConfig): Uint8Array {
  const limits = axes.flatMap(({ min, max, maxSpeed }) => [min, max, maxSpeed]);
  const bytes = numbers(0, poseIntervalMs, ...limits);
  const code = dialect === "auto" ? -1 : DIALECTS.indexOf(dialect);
  new DataView(bytes.buffer).setInt32(0, code, true);
  return bytes;
}

/** What the port `limits` takes. @param axis 1 … 7 */
export function encodeLimit(axis: number, { min, max, maxSpeed }: AxisLimit): Uint8Array {
  const bytes = numbers(0, min, max, maxSpeed);
  new DataView(bytes.buffer).setInt32(0, axis, true);
  return bytes;
}

function configOf(bytes: Uint8Array): KukaAxesConfig | undefined {
  if (bytes.length !== CONFIG_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const code = view.getInt32(0, true);
  const dialect = code === -1 ? "auto" : DIALECTS[code];
  const poseIntervalMs = view.getFloat64(8, true);
  const axes = Array.from({ length: AXES }, (_, i) => limitAt(view, 16 + 24 * i));
  const isInterval = poseIntervalMs >= 1 && poseIntervalMs <= 10_000;
  if (dialect === undefined || !isInterval || !axes.every(isLimit)) return undefined;
  return { dialect, poseIntervalMs, axes };
}

function limitAt(view: DataView, at: number): AxisLimit {
  return {
    min: view.getFloat64(at, true),
    max: view.getFloat64(at + 8, true),
    maxSpeed: view.getFloat64(at + 16, true),
  };
}

function isLimit({ min, max, maxSpeed }: AxisLimit): boolean {
  return min >= -21_474 && max <= 21_474 && min <= max && maxSpeed > 0 && maxSpeed <= 100_000;
}

/** `dialect i32 (-1 unknown) | 0 i32 | 13 counters f64`, in the order of `counters`. */
function statusOf({ dialect, counters }: KukaAxesTwin): Uint8Array {
  const bytes = numbers(0, ...Object.values(counters));
  new DataView(bytes.buffer).setInt32(0, dialect === null ? -1 : DIALECTS.indexOf(dialect), true);
  return bytes;
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return bytes;
}
