import {
  ABI,
  E_CONFIG,
  E_LENGTH,
  E_OWN,
  E_PORT,
  E_SPACE,
  E_STATE,
  emit,
  gpioWrite,
  IN,
  OUT,
  out_cap,
  STATE,
  TICK,
} from "fogwot";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

const SAMPLES: i32 = 0;
const CALIBRATION: i32 = 1;
const CALIBRATION_IN_FORCE: i32 = 1;
const PUMP: i32 = 2;
/** The manifest's first pin slot. */
const PUMP_SLOT: i32 = 0;
const NOT_READY: i32 = E_OWN;
const STATE_VERSION: i32 = 1;
const SAMPLE_BYTES: i32 = 16;
const SETTINGS_BYTES: i32 = 56;
const DECISION_BYTES: i32 = 24;
const LATEST_MS: f64 = 1e15;
const MOST: f64 = 1e9;

const WET: i32 = 0;
const DRY: i32 = 1;
const SENSOR_FAULT: i32 = 2;
const RAN_LONG: i32 = 3;
const SENSOR_SILENT: i32 = 4;
const RESTING: i32 = 5;

@unmanaged
class Settings {
  /** What the sensor says in dry and in wet soil; either may be the larger. */
  dryRaw: f64;
  wetRaw: f64;
  /** Per cent of moisture: below the one the pump starts, above the other it stops. */
  startBelow: f64;
  stopAbove: f64;
  /** The pump runs so long at most, then rests so long. */
  maxRunMs: f64;
  restMs: f64;
  /** Without a sample for so long the pump stops. */
  silentMs: f64;
}

@unmanaged
class State {
  isReady: i32;
  isOn: i32;
  reason: i32;
  hasSample: i32;
  lastMs: f64;
  moisture: f64;
  /** Since when the pump is as it is; and whether it must rest. */
  sinceMs: f64;
  mustRest: i32;
  spare: i32;
}

const STATE_BYTES: usize = offsetof<State>();
const SIZE: usize = STATE_BYTES + (SETTINGS_BYTES as usize);
const BLOCK: usize = memory.data(112, 16);
const KEPT: usize = BLOCK + STATE_BYTES;
/** Of the port `pump`: the out-buffer may be in use. */
const SAID: usize = memory.data(24, 16);

// @ts-ignore: a decorator of AssemblyScript
@inline
function state(): State {
  return changetype<State>(BLOCK);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function settings(): Settings {
  return changetype<Settings>(KEPT);
}

export function abi(): i32 {
  return ABI | STATE | TICK;
}

export function init(length: i32): i32 {
  if (length != 0 && length != SETTINGS_BYTES) return E_LENGTH;
  if (length != 0 && !isSettings(changetype<Settings>(IN))) return E_CONFIG;
  memory.fill(BLOCK, 0, SIZE);
  const s = settings();
  s.dryRaw = 3000;
  s.wetRaw = 1200;
  s.startBelow = 30;
  s.stopAbove = 45;
  s.maxRunMs = 60_000;
  s.restMs = 30_000;
  s.silentMs = 30_000;
  if (length != 0) memory.copy(KEPT, IN, SETTINGS_BYTES);
  state().isReady = 1;
  // Whatever the pin was before.
  gpioWrite(PUMP_SLOT, 0);
  return 0;
}

export function process(port: i32, length: i32): i32 {
  if (!state().isReady) return NOT_READY;
  if (port == SAMPLES) return water(length);
  if (port != CALIBRATION) return E_PORT;
  if (length != SETTINGS_BYTES) return E_LENGTH;
  if (!isSettings(changetype<Settings>(IN))) return E_CONFIG;
  memory.copy(KEPT, IN, SETTINGS_BYTES);
  emit(CALIBRATION_IN_FORCE, KEPT, SETTINGS_BYTES);
  return 0;
}

/** `timeMs f64 | moisture f64 | pump i32 | reason i32` of every sample. */
function water(length: i32): i32 {
  if (length < 0 || length % SAMPLE_BYTES != 0) return E_LENGTH;
  if ((length / SAMPLE_BYTES) * DECISION_BYTES > out_cap()) return E_SPACE;
  let out = OUT;
  for (let at = IN; at < IN + length; at += SAMPLE_BYTES) {
    const timeMs = load<f64>(at);
    if (!(abs<f64>(timeMs) <= LATEST_MS)) continue;
    const s = state();
    s.hasSample = 1;
    s.lastMs = timeMs;
    decide(load<f64>(at, 8), timeMs);
    tell(out, timeMs);
    out += DECISION_BYTES;
  }
  return (out - OUT) as i32;
}

/** Without samples the pump still stops, by time. */
export function tick(ms: f64): i32 {
  const s = state();
  if (!s.isReady) return NOT_READY;
  if (!s.isOn || !(abs<f64>(ms) <= LATEST_MS)) return 0;
  if (ms - s.lastMs > settings().silentMs) turn(0, SENSOR_SILENT, ms);
  else if (ms - s.sinceMs >= settings().maxRunMs) rest(ms);
  else return 0;
  tell(OUT, ms);
  return DECISION_BYTES;
}

function decide(raw: f64, timeMs: f64): void {
  const s = state();
  const c = settings();
  if (!(abs<f64>(raw) <= MOST)) {
    s.moisture = -1;
    return turn(0, SENSOR_FAULT, timeMs);
  }
  const moisture = (100 * (c.dryRaw - raw)) / (c.dryRaw - c.wetRaw);
  // So far outside of its calibration a sensor is loose, or cut.
  if (moisture < -50 || moisture > 150) {
    s.moisture = -1;
    return turn(0, SENSOR_FAULT, timeMs);
  }
  s.moisture = moisture < 0 ? 0 : moisture > 100 ? 100 : moisture;
  if (s.isOn) {
    if (s.moisture >= c.stopAbove) return turn(0, WET, timeMs);
    if (timeMs - s.sinceMs >= c.maxRunMs) return rest(timeMs);
    s.reason = DRY;
    return;
  }
  if (s.moisture >= c.startBelow) {
    s.reason = WET;
    return;
  }
  if (s.mustRest && timeMs - s.sinceMs < c.restMs) {
    s.reason = RESTING;
    return;
  }
  turn(1, DRY, timeMs);
}

function rest(timeMs: f64): void {
  turn(0, RAN_LONG, timeMs);
  state().mustRest = 1;
}

function turn(isOn: i32, reason: i32, timeMs: f64): void {
  const s = state();
  s.reason = reason;
  if (s.isOn == isOn) return;
  s.isOn = isOn;
  s.sinceMs = timeMs;
  s.mustRest = 0;
  gpioWrite(PUMP_SLOT, isOn);
  tell(SAID, timeMs);
  emit(PUMP, SAID, DECISION_BYTES);
}

function tell(out: usize, timeMs: f64): void {
  const s = state();
  store<f64>(out, timeMs);
  store<f64>(out, s.moisture, 8);
  store<i32>(out, s.isOn, 16);
  store<i32>(out, s.reason, 20);
}

function isSettings(s: Settings): bool {
  return (
    abs<f64>(s.dryRaw) <= MOST &&
    abs<f64>(s.wetRaw) <= MOST &&
    abs<f64>(s.dryRaw - s.wetRaw) >= 1 &&
    s.startBelow >= 0 &&
    s.startBelow <= s.stopAbove &&
    s.stopAbove <= 100 &&
    s.maxRunMs >= 1 &&
    s.maxRunMs <= MOST &&
    s.restMs >= 0 &&
    s.restMs <= MOST &&
    s.silentMs >= 1 &&
    s.silentMs <= MOST
  );
}

export function state_save(): i32 {
  memory.copy(OUT, BLOCK, SIZE);
  return SIZE as i32;
}

/** The pin is set to what the state says: the node that had it before has let it go. */
export function state_load(length: i32, version: i32): i32 {
  if (version != STATE_VERSION || length != (SIZE as i32)) return E_STATE;
  if (!isSettings(changetype<Settings>(IN + STATE_BYTES))) return E_STATE;
  memory.copy(BLOCK, IN, SIZE);
  gpioWrite(PUMP_SLOT, state().isOn ? 1 : 0);
  return 0;
}
