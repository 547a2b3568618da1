import {
  CODES,
  type CreateTwin,
  NOTHING,
  type ProcessorTwin,
  type TwinHost,
} from "../../src/engines/twin";

const PORTS = { samples: 0, settings: 1 } as const;
const SENT = { settingsInForce: 1, alarm: 2 } as const;
const FLAGS = { alarmed: 1, changed: 2, learning: 4 } as const;
const SAMPLE_BYTES = 16;
const SETTINGS_BYTES = 40;
const VERDICT_BYTES = 48;
const MAX_WINDOW = 255;
const NORMAL = 1.4826;
const LATEST_MS = 1e15;
const MOST = 1e100;

interface Settings {
  readonly window: number;
  readonly learn: number;
  readonly raiseAfter: number;
  readonly clearAfter: number;
  readonly raiseAbove: number;
  readonly clearBelow: number;
  readonly leastDeviation: number;
}

const DEFAULTS: Settings = {
  window: 61,
  learn: 15,
  raiseAfter: 2,
  clearAfter: 5,
  raiseAbove: 5,
  clearBelow: 3,
  leastDeviation: 1e-6,
};

/** What lies far from the median of the last values, by the median of their deviations; with hysteresis. */
export const createTwin: CreateTwin = (host) => new Anomaly(host);

class Anomaly implements ProcessorTwin {
  readonly #host: TwinHost;
  #settings: Settings | undefined;
  #values: number[] = [];
  #isAlarmed = false;
  #streak = 0;

  constructor(host: TwinHost) {
    this.#host = host;
  }

  init(config: Uint8Array): number {
    if (config.length !== 0 && config.length !== SETTINGS_BYTES) return CODES.length;
    const settings = config.length === 0 ? DEFAULTS : settingsOf(config);
    if (settings === undefined) return CODES.config;
    this.#settings = settings;
    this.#values = [];
    this.#isAlarmed = false;
    this.#streak = 0;
    return 0;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    if (this.#settings === undefined) return CODES.notReady;
    if (port === PORTS.samples) return this.#judge(this.#settings, input);
    if (port !== PORTS.settings) return CODES.port;
    if (input.length !== SETTINGS_BYTES) return CODES.length;
    const settings = settingsOf(input);
    if (settings === undefined) return CODES.config;
    this.#settings = settings;
    this.#values = this.#values.slice(-settings.window);
    this.#host.emit(SENT.settingsInForce, input);
    return NOTHING;
  }

  #judge(settings: Settings, input: Uint8Array): Uint8Array | number {
    if (input.length % SAMPLE_BYTES !== 0) return CODES.length;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    const out: Uint8Array[] = [];
    for (let at = 0; at < input.length; at += SAMPLE_BYTES) {
      const timeMs = view.getFloat64(at, true);
      const said = view.getFloat64(at + 8, true);
      // One zero: sorted, the two would be told apart.
      const value = said === 0 ? 0 : said;
      if (!(Math.abs(value) <= MOST && Math.abs(timeMs) <= LATEST_MS)) continue;
      out.push(this.#judgeOne(settings, timeMs, value));
    }
    return Buffer.concat(out);
  }

  #judgeOne(settings: Settings, timeMs: number, value: number): Uint8Array {
    const values = this.#values;
    const isLearning = values.length < settings.learn;
    const middle = values.length > 0 ? median(values) : value;
    const deviations = values.map((one) => Math.abs(one - middle));
    const spread = values.length > 0 ? NORMAL * median(deviations) : 0;
    const deviation = spread < settings.leastDeviation ? settings.leastDeviation : spread;
    const score = (value - middle) / deviation;
    const isChange = !isLearning && this.#follow(settings, Math.abs(score));
    if (values.length === settings.window) values.shift();
    values.push(value);
    const record = new DataView(new ArrayBuffer(VERDICT_BYTES));
    [timeMs, value, score, middle, deviation].forEach((number, i) => {
      record.setFloat64(8 * i, number, true);
    });
    const flags =
      (this.#isAlarmed ? FLAGS.alarmed : 0) |
      (isChange ? FLAGS.changed : 0) |
      (isLearning ? FLAGS.learning : 0);
    record.setInt32(40, flags, true);
    record.setInt32(44, this.#streak, true);
    const bytes = new Uint8Array(record.buffer);
    if (isChange) this.#host.emit(SENT.alarm, bytes);
    return bytes;
  }

  #follow({ raiseAfter, clearAfter, raiseAbove, clearBelow }: Settings, size: number): boolean {
    const counts = this.#isAlarmed ? size < clearBelow : size > raiseAbove;
    this.#streak = counts ? this.#streak + 1 : 0;
    if (this.#streak < (this.#isAlarmed ? clearAfter : raiseAfter)) return false;
    this.#isAlarmed = !this.#isAlarmed;
    this.#streak = 0;
    return true;
  }
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

function settingsOf(bytes: Uint8Array): Settings | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const settings = {
    window: view.getInt32(0, true),
    learn: view.getInt32(4, true),
    raiseAfter: view.getInt32(8, true),
    clearAfter: view.getInt32(12, true),
    raiseAbove: view.getFloat64(16, true),
    clearBelow: view.getFloat64(24, true),
    leastDeviation: view.getFloat64(32, true),
  };
  const { window, learn, raiseAfter, clearAfter, raiseAbove, clearBelow, leastDeviation } =
    settings;
  const isPossible =
    window >= 3 &&
    window <= MAX_WINDOW &&
    learn >= 1 &&
    learn <= window &&
    raiseAfter >= 1 &&
    clearAfter >= 1 &&
    clearBelow > 0 &&
    clearBelow <= raiseAbove &&
    raiseAbove <= MOST &&
    leastDeviation >= 1e-100 &&
    leastDeviation <= MOST;
  return isPossible ? settings : undefined;
}
