import { CODES, type CreateTwin, type ProcessorTwin, type TwinHost } from "../../src/engines/twin";

const PORTS = { samples: 0, settings: 1 } as const;
const SENT = { settingsInForce: 1 } as const;
const SAMPLE_BYTES = 16;
const SETTINGS_BYTES = 8;
const SUMMARY_BYTES = 64;
const OUT_BYTES = 4_096;
const DEFAULT_WINDOW_MS = 60_000;
const LONGEST_MS = 1e12;
const LATEST_MS = 1e15;
const MOST = 1e100;

interface Window {
  readonly startMs: number;
  readonly values: number[];
}

/** Mean, deviation and extremes of every stretch of time. */
export const createTwin: CreateTwin = (host) => new Aggregate(host);

class Aggregate implements ProcessorTwin {
  readonly #host: TwinHost;
  #windowMs = 0;
  #open: Window | undefined;

  constructor(host: TwinHost) {
    this.#host = host;
  }

  init(config: Uint8Array): number {
    if (config.length !== 0 && config.length !== SETTINGS_BYTES) return CODES.length;
    const windowMs = config.length === 0 ? DEFAULT_WINDOW_MS : windowOf(config);
    if (windowMs === undefined) return CODES.config;
    this.#windowMs = windowMs;
    this.#open = undefined;
    return 0;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    if (this.#windowMs === 0) return CODES.notReady;
    if (port === PORTS.samples) return this.#aggregate(input);
    if (port !== PORTS.settings) return CODES.port;
    if (input.length !== SETTINGS_BYTES) return CODES.length;
    const windowMs = windowOf(input);
    if (windowMs === undefined) return CODES.config;
    const out = this.#close();
    this.#windowMs = windowMs;
    this.#host.emit(SENT.settingsInForce, input);
    return Buffer.concat(out);
  }

  tick(ms: number): Uint8Array | number {
    if (this.#windowMs === 0) return CODES.notReady;
    const isOver = this.#open !== undefined && ms >= this.#open.startMs + this.#windowMs;
    return Buffer.concat(isOver ? this.#close() : []);
  }

  #aggregate(input: Uint8Array): Uint8Array | number {
    if (input.length % SAMPLE_BYTES !== 0) return CODES.length;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    const out: Uint8Array[] = [];
    for (let at = 0; at < input.length; at += SAMPLE_BYTES) {
      const timeMs = view.getFloat64(at, true);
      const value = view.getFloat64(at + 8, true);
      if (!(Math.abs(value) <= MOST && Math.abs(timeMs) <= LATEST_MS)) continue;
      const startMs = Math.floor(timeMs / this.#windowMs) * this.#windowMs;
      if (this.#open && startMs > this.#open.startMs) {
        if ((out.length + 1) * SUMMARY_BYTES > OUT_BYTES) return CODES.space;
        out.push(...this.#close());
      }
      this.#open ??= { startMs, values: [] };
      this.#open.values.push(value);
    }
    return Buffer.concat(out);
  }

  #close(): Uint8Array[] {
    if (this.#open === undefined) return [];
    const { startMs, values } = this.#open;
    this.#open = undefined;
    let mean = 0;
    let squares = 0;
    values.forEach((value, i) => {
      const away = value - mean;
      mean += away / (i + 1);
      squares += away * (value - mean);
    });
    const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
    const least = values.reduce((a, b) => (b < a ? b : a), Number.POSITIVE_INFINITY);
    const most = values.reduce((a, b) => (b > a ? b : a), Number.NEGATIVE_INFINITY);
    const last = values.at(-1) as number;
    const record = new DataView(new ArrayBuffer(SUMMARY_BYTES));
    const endMs = startMs + this.#windowMs;
    [startMs, endMs, values.length, mean, deviation, least, most, last].forEach((value, i) => {
      record.setFloat64(8 * i, value, true);
    });
    return [new Uint8Array(record.buffer)];
  }
}

function windowOf(bytes: Uint8Array): number | undefined {
  const windowMs = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  return windowMs >= 1 && windowMs <= LONGEST_MS ? windowMs : undefined;
}
