import { ABI, E_CONFIG, E_LENGTH, E_OWN, E_PORT, E_SPACE, E_STATE, emit, IN, OUT, out_cap, STATE } from "fogwot";
import { MAX_WINDOW, median, medianDeviation, push, resize, WINDOW_SIZE, Window } from "./window";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

const SAMPLES: i32 = 0;
const SETTINGS: i32 = 1;
const SETTINGS_IN_FORCE: i32 = 1;
const ALARM: i32 = 2;
const NOT_READY: i32 = E_OWN;
const STATE_VERSION: i32 = 1;
const SAMPLE_BYTES: i32 = 16;
const SETTINGS_BYTES: i32 = 40;
const VERDICT_BYTES: i32 = 48;
/** Of a normal distribution, the standard deviation is so many median deviations. */
const NORMAL: f64 = 1.4826;
const LATEST_MS: f64 = 1e15;
/** What is beyond no sensor means. */
const MOST: f64 = 1e100;

const ALARMED: i32 = 1;
const CHANGED: i32 = 2;
const LEARNING: i32 = 4;

@unmanaged
class Settings {
  window: i32;
  /** Values before anything is called strange. */
  learn: i32;
  /** So many strange ones in a row are an alarm, so many others its end. */
  raiseAfter: i32;
  clearAfter: i32;
  /** Of the score's size: above the one strange, below the other not. */
  raiseAbove: f64;
  clearBelow: f64;
  /** In the sensor's unit: a smaller deviation counts as this, else a still sensor's first step is an alarm. */
  leastDeviation: f64;
}

@unmanaged
class State {
  isReady: i32;
  isAlarmed: i32;
  /** Strange ones in a row; in an alarm, the others. */
  streak: i32;
  spare: i32;
}

const STATE_BYTES: usize = offsetof<State>();
const SIZE: usize = STATE_BYTES + (SETTINGS_BYTES as usize) + WINDOW_SIZE;
const BLOCK: usize = memory.data(4192, 16);
const KEPT: usize = BLOCK + STATE_BYTES;

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

// @ts-ignore: a decorator of AssemblyScript
@inline
function values(): Window {
  return changetype<Window>(KEPT + SETTINGS_BYTES);
}

export function abi(): i32 {
  return ABI | STATE;
}

export function init(length: i32): i32 {
  if (length != 0 && length != SETTINGS_BYTES) return E_LENGTH;
  if (length != 0 && !isSettings(changetype<Settings>(IN))) return E_CONFIG;
  memory.fill(BLOCK, 0, SIZE);
  const s = settings();
  s.window = 61;
  s.learn = 15;
  s.raiseAfter = 2;
  s.clearAfter = 5;
  s.raiseAbove = 5;
  s.clearBelow = 3;
  s.leastDeviation = 1e-6;
  if (length != 0) memory.copy(KEPT, IN, SETTINGS_BYTES);
  values().size = s.window;
  state().isReady = 1;
  return 0;
}

export function process(port: i32, length: i32): i32 {
  if (!state().isReady) return NOT_READY;
  if (port == SAMPLES) return judge(length);
  if (port != SETTINGS) return E_PORT;
  if (length != SETTINGS_BYTES) return E_LENGTH;
  if (!isSettings(changetype<Settings>(IN))) return E_CONFIG;
  memory.copy(KEPT, IN, SETTINGS_BYTES);
  resize(values(), settings().window, OUT);
  emit(SETTINGS_IN_FORCE, KEPT, SETTINGS_BYTES);
  return 0;
}

/** `timeMs f64 | value f64 | score f64 | median f64 | deviation f64 | flags i32 | streak i32` of every sample. */
function judge(length: i32): i32 {
  if (length < 0 || length % SAMPLE_BYTES != 0) return E_LENGTH;
  if ((length / SAMPLE_BYTES) * VERDICT_BYTES > out_cap()) return E_SPACE;
  let out = OUT;
  for (let at = IN; at < IN + length; at += SAMPLE_BYTES) {
    const timeMs = load<f64>(at);
    const said = load<f64>(at, 8);
    // One zero: sorted, the two would be told apart.
    const value = said == 0 ? 0 : said;
    if (!(abs<f64>(value) <= MOST) || !(abs<f64>(timeMs) <= LATEST_MS)) continue;
    store<f64>(out, timeMs);
    judgeOne(value, out);
    out += VERDICT_BYTES;
  }
  return (out - OUT) as i32;
}

/** A value is held against those before it; then it is one of them, also a strange one: what lasts is normal. */
function judgeOne(value: f64, out: usize): void {
  const w = values();
  const set = settings();
  const isLearning = w.count < set.learn;
  const middle = w.count > 0 ? median(w) : value;
  const spread = w.count > 0 ? NORMAL * medianDeviation(w, middle) : 0;
  const deviation = spread < set.leastDeviation ? set.leastDeviation : spread;
  const score = (value - middle) / deviation;
  const isChange = !isLearning && follow(abs<f64>(score));
  push(w, value);
  const s = state();
  let flags = s.isAlarmed ? ALARMED : 0;
  if (isChange) flags |= CHANGED;
  if (isLearning) flags |= LEARNING;
  store<f64>(out, value, 8);
  store<f64>(out, score, 16);
  store<f64>(out, middle, 24);
  store<f64>(out, deviation, 32);
  store<i32>(out, flags, 40);
  store<i32>(out, s.streak, 44);
  if (isChange) emit(ALARM, out, VERDICT_BYTES);
}

/** @returns whether the alarm began or ended */
function follow(size: f64): bool {
  const s = state();
  const set = settings();
  const counts = s.isAlarmed ? size < set.clearBelow : size > set.raiseAbove;
  s.streak = counts ? s.streak + 1 : 0;
  if (s.streak < (s.isAlarmed ? set.clearAfter : set.raiseAfter)) return false;
  s.isAlarmed = s.isAlarmed ? 0 : 1;
  s.streak = 0;
  return true;
}

function isSettings(s: Settings): bool {
  return (
    s.window >= 3 &&
    s.window <= MAX_WINDOW &&
    s.learn >= 1 &&
    s.learn <= s.window &&
    s.raiseAfter >= 1 &&
    s.clearAfter >= 1 &&
    s.clearBelow > 0 &&
    s.clearBelow <= s.raiseAbove &&
    s.raiseAbove <= MOST &&
    s.leastDeviation >= 1e-100 &&
    s.leastDeviation <= MOST
  );
}

export function state_save(): i32 {
  memory.copy(OUT, BLOCK, SIZE);
  return SIZE as i32;
}

export function state_load(length: i32, version: i32): i32 {
  if (version != STATE_VERSION || length != (SIZE as i32)) return E_STATE;
  const kept = changetype<Settings>(IN + STATE_BYTES);
  const w = changetype<Window>(IN + STATE_BYTES + SETTINGS_BYTES);
  if (!isSettings(kept) || w.size != kept.window) return E_STATE;
  if (w.count < 0 || w.count > w.size || w.next < 0 || w.next >= w.size) return E_STATE;
  memory.copy(BLOCK, IN, SIZE);
  return 0;
}
