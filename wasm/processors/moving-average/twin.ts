import {
  CODES,
  type CreateTwin,
  NOTHING,
  type ProcessorTwin,
  type TwinHost,
} from "../../src/engines/twin";

const PORTS = { samples: 0, settings: 1 } as const;
const SENT = { settingsInForce: 1 } as const;
const SAMPLE_BYTES = 16;
const SETTINGS_BYTES = 8;
const MAX_WINDOW = 256;
const DEFAULT_WINDOW = 8;
const LATEST_MS = 1e15;
const MOST = 1e100;

/** The mean of the last values, of every sample. */
export const createTwin: CreateTwin = (host) => new MovingAverage(host);

class MovingAverage implements ProcessorTwin {
  readonly #host: TwinHost;
  #window = 0;
  #ring: number[] = [];
  #next = 0;
  #sum = 0;

  constructor(host: TwinHost) {
    this.#host = host;
  }

  init(config: Uint8Array): number {
    if (config.length !== 0 && config.length !== SETTINGS_BYTES) return CODES.length;
    const window = config.length === 0 ? DEFAULT_WINDOW : windowOf(config);
    if (window === undefined) return CODES.config;
    this.#window = window;
    this.#ring = [];
    this.#next = 0;
    this.#sum = 0;
    return 0;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    if (this.#window === 0) return CODES.notReady;
    if (port === PORTS.samples) return this.#average(input);
    if (port !== PORTS.settings) return CODES.port;
    if (input.length !== SETTINGS_BYTES) return CODES.length;
    const window = windowOf(input);
    if (window === undefined) return CODES.config;
    this.#resize(window);
    this.#host.emit(SENT.settingsInForce, input);
    return NOTHING;
  }

  #average(input: Uint8Array): Uint8Array | number {
    if (input.length % SAMPLE_BYTES !== 0) return CODES.length;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    const out = new DataView(new ArrayBuffer(input.length));
    let end = 0;
    for (let at = 0; at < input.length; at += SAMPLE_BYTES) {
      const value = view.getFloat64(at + 8, true);
      const timeMs = view.getFloat64(at, true);
      if (!(Math.abs(value) <= MOST && Math.abs(timeMs) <= LATEST_MS)) continue;
      out.setFloat64(end, timeMs, true);
      out.setFloat64(end + 8, this.#take(value), true);
      end += SAMPLE_BYTES;
    }
    return new Uint8Array(out.buffer, 0, end);
  }

  #take(value: number): number {
    if (this.#ring.length === this.#window) this.#sum -= this.#ring[this.#next] as number;
    this.#ring[this.#next] = value;
    this.#sum += value;
    this.#next++;
    if (this.#next === this.#window) {
      this.#next = 0;
      // Once round the ring the sum is made anew, so that roundings do not pile up.
      this.#sumUp();
    }
    return this.#sum / this.#ring.length;
  }

  #sumUp(): void {
    this.#sum = this.#ring.reduce((sum, value) => sum + value, 0);
  }

  /** The newest values stay, oldest first. */
  #resize(window: number): void {
    const isFull = this.#ring.length === this.#window;
    const inOrder = isFull
      ? [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)]
      : this.#ring;
    this.#ring = inOrder.slice(-window);
    this.#window = window;
    this.#next = this.#ring.length === window ? 0 : this.#ring.length;
    this.#sumUp();
  }
}

function windowOf(bytes: Uint8Array): number | undefined {
  const window = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  return window >= 1 && window <= MAX_WINDOW ? window : undefined;
}
