import {
  CODES,
  type CreateTwin,
  NOTHING,
  type ProcessorTwin,
  type TwinHost,
} from "../../src/engines/twin";

const PORTS = { samples: 0, calibration: 1 } as const;
const SENT = { calibrationInForce: 1, pump: 2 } as const;
const PUMP_SLOT = 0;
const SAMPLE_BYTES = 16;
const DECISION_BYTES = 24;
const LATEST_MS = 1e15;
const MOST = 1e9;

export const REASONS = {
  wet: 0,
  dry: 1,
  sensorFault: 2,
  ranLong: 3,
  sensorSilent: 4,
  resting: 5,
} as const;

/** In the order of the record: f64 each. */
export interface Calibration {
  readonly dryRaw: number;
  readonly wetRaw: number;
  readonly startBelow: number;
  readonly stopAbove: number;
  readonly maxRunMs: number;
  readonly restMs: number;
  readonly silentMs: number;
}

export const DEFAULT_CALIBRATION: Calibration = {
  dryRaw: 3_000,
  wetRaw: 1_200,
  startBelow: 30,
  stopAbove: 45,
  maxRunMs: 60_000,
  restMs: 30_000,
  silentMs: 30_000,
};

const KEYS = Object.keys(DEFAULT_CALIBRATION) as (keyof Calibration)[];
const CALIBRATION_BYTES = 8 * KEYS.length;

/** Soil moisture → pump: calibrated, with hysteresis, never running for ever. */
export const createTwin: CreateTwin = (host) => new Irrigation(host);

/** What `init` and the port `calibration` take. */
export function encodeCalibration(calibration: Partial<Calibration>): Uint8Array {
  const view = new DataView(new ArrayBuffer(CALIBRATION_BYTES));
  const whole = { ...DEFAULT_CALIBRATION, ...calibration };
  KEYS.forEach((key, i) => {
    view.setFloat64(8 * i, whole[key], true);
  });
  return new Uint8Array(view.buffer);
}

class Irrigation implements ProcessorTwin {
  readonly #host: TwinHost;
  #calibration: Calibration | undefined;
  #isOn = false;
  #reason: number = REASONS.wet;
  #moisture = 0;
  #lastMs = 0;
  #sinceMs = 0;
  #mustRest = false;

  constructor(host: TwinHost) {
    this.#host = host;
  }

  init(config: Uint8Array): number {
    if (config.length !== 0 && config.length !== CALIBRATION_BYTES) return CODES.length;
    const calibration = config.length === 0 ? DEFAULT_CALIBRATION : calibrationOf(config);
    if (calibration === undefined) return CODES.config;
    this.#calibration = calibration;
    this.#isOn = false;
    this.#reason = REASONS.wet;
    this.#moisture = 0;
    this.#lastMs = 0;
    this.#sinceMs = 0;
    this.#mustRest = false;
    this.#host.gpioWrite(PUMP_SLOT, 0);
    return 0;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    if (this.#calibration === undefined) return CODES.notReady;
    if (port === PORTS.samples) return this.#water(this.#calibration, input);
    if (port !== PORTS.calibration) return CODES.port;
    if (input.length !== CALIBRATION_BYTES) return CODES.length;
    const calibration = calibrationOf(input);
    if (calibration === undefined) return CODES.config;
    this.#calibration = calibration;
    this.#host.emit(SENT.calibrationInForce, input);
    return NOTHING;
  }

  tick(ms: number): Uint8Array | number {
    if (this.#calibration === undefined) return CODES.notReady;
    if (!this.#isOn || !(Math.abs(ms) <= LATEST_MS)) return NOTHING;
    const { silentMs, maxRunMs } = this.#calibration;
    if (ms - this.#lastMs > silentMs) this.#turn(false, REASONS.sensorSilent, ms);
    else if (ms - this.#sinceMs >= maxRunMs) this.#rest(ms);
    else return NOTHING;
    return this.#record(ms);
  }

  #water(calibration: Calibration, input: Uint8Array): Uint8Array | number {
    if (input.length % SAMPLE_BYTES !== 0) return CODES.length;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    const out: Uint8Array[] = [];
    for (let at = 0; at < input.length; at += SAMPLE_BYTES) {
      const timeMs = view.getFloat64(at, true);
      if (!(Math.abs(timeMs) <= LATEST_MS)) continue;
      this.#lastMs = timeMs;
      this.#decide(calibration, view.getFloat64(at + 8, true), timeMs);
      out.push(this.#record(timeMs));
    }
    return Buffer.concat(out);
  }

  #decide(calibration: Calibration, raw: number, timeMs: number): void {
    const { dryRaw, wetRaw, startBelow, stopAbove, maxRunMs, restMs } = calibration;
    const moisture = (100 * (dryRaw - raw)) / (dryRaw - wetRaw);
    if (!(Math.abs(raw) <= MOST) || moisture < -50 || moisture > 150) {
      this.#moisture = -1;
      this.#turn(false, REASONS.sensorFault, timeMs);
      return;
    }
    this.#moisture = moisture < 0 ? 0 : moisture > 100 ? 100 : moisture;
    if (this.#isOn) {
      if (this.#moisture >= stopAbove) this.#turn(false, REASONS.wet, timeMs);
      else if (timeMs - this.#sinceMs >= maxRunMs) this.#rest(timeMs);
      else this.#reason = REASONS.dry;
    } else if (this.#moisture >= startBelow) this.#reason = REASONS.wet;
    else if (this.#mustRest && timeMs - this.#sinceMs < restMs) this.#reason = REASONS.resting;
    else this.#turn(true, REASONS.dry, timeMs);
  }

  #rest(timeMs: number): void {
    this.#turn(false, REASONS.ranLong, timeMs);
    this.#mustRest = true;
  }

  #turn(isOn: boolean, reason: number, timeMs: number): void {
    this.#reason = reason;
    if (this.#isOn === isOn) return;
    this.#isOn = isOn;
    this.#sinceMs = timeMs;
    this.#mustRest = false;
    this.#host.gpioWrite(PUMP_SLOT, isOn ? 1 : 0);
    this.#host.emit(SENT.pump, this.#record(timeMs));
  }

  #record(timeMs: number): Uint8Array {
    const view = new DataView(new ArrayBuffer(DECISION_BYTES));
    view.setFloat64(0, timeMs, true);
    view.setFloat64(8, this.#moisture, true);
    view.setInt32(16, this.#isOn ? 1 : 0, true);
    view.setInt32(20, this.#reason, true);
    return new Uint8Array(view.buffer);
  }
}

function calibrationOf(bytes: Uint8Array): Calibration | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = KEYS.map((key, i) => [key, view.getFloat64(8 * i, true)] as const);
  const calibration = Object.fromEntries(entries) as unknown as Calibration;
  const { dryRaw, wetRaw, startBelow, stopAbove, maxRunMs, restMs, silentMs } = calibration;
  const isPossible =
    Math.abs(dryRaw) <= MOST &&
    Math.abs(wetRaw) <= MOST &&
    Math.abs(dryRaw - wetRaw) >= 1 &&
    startBelow >= 0 &&
    startBelow <= stopAbove &&
    stopAbove <= 100 &&
    maxRunMs >= 1 &&
    maxRunMs <= MOST &&
    restMs >= 0 &&
    restMs <= MOST &&
    silentMs >= 1 &&
    silentMs <= MOST;
  return isPossible ? calibration : undefined;
}
