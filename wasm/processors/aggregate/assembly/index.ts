import {
  ABI,
  E_CONFIG,
  E_LENGTH,
  E_OWN,
  E_PORT,
  E_SPACE,
  E_STATE,
  emit,
  IN,
  OUT,
  out_cap,
  STATE,
  TICK,
} from "fogwot";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

const SAMPLES: i32 = 0;
const SETTINGS: i32 = 1;
const SETTINGS_IN_FORCE: i32 = 1;
const NOT_READY: i32 = E_OWN;
const STATE_VERSION: i32 = 1;
const SAMPLE_BYTES: i32 = 16;
const SETTINGS_BYTES: i32 = 8;
const SUMMARY_BYTES: i32 = 64;
const DEFAULT_WINDOW_MS: f64 = 60_000;
const LONGEST_MS: f64 = 1e12;
/** Beyond it a time of day, in ms, is none. */
const LATEST_MS: f64 = 1e15;
/** What is beyond no sensor means, and its square would be no number. */
const MOST: f64 = 1e100;

@unmanaged
class State {
  isReady: i32;
  spare: i32;
  windowMs: f64;
  /** Of the window that is open; count 0: none. */
  startMs: f64;
  count: f64;
  mean: f64;
  /** Sum of squared deviations from the mean (Welford). */
  squares: f64;
  least: f64;
  most: f64;
  last: f64;
}

const SIZE: usize = offsetof<State>();
const BLOCK: usize = memory.data(80, 16);

// @ts-ignore: a decorator of AssemblyScript
@inline
function state(): State {
  return changetype<State>(BLOCK);
}

export function abi(): i32 {
  return ABI | STATE | TICK;
}

export function init(length: i32): i32 {
  if (length != 0 && length != SETTINGS_BYTES) return E_LENGTH;
  const windowMs = length == 0 ? DEFAULT_WINDOW_MS : load<f64>(IN);
  if (!(windowMs >= 1 && windowMs <= LONGEST_MS)) return E_CONFIG;
  memory.fill(BLOCK, 0, SIZE);
  state().windowMs = windowMs;
  state().isReady = 1;
  return 0;
}

export function process(port: i32, length: i32): i32 {
  if (!state().isReady) return NOT_READY;
  if (port == SAMPLES) return aggregate(length);
  if (port != SETTINGS) return E_PORT;
  if (length != SETTINGS_BYTES) return E_LENGTH;
  const windowMs = load<f64>(IN);
  if (!(windowMs >= 1 && windowMs <= LONGEST_MS)) return E_CONFIG;
  // The open window ends as it began; the next one is of the new length.
  const out = close(OUT);
  state().windowMs = windowMs;
  emit(SETTINGS_IN_FORCE, IN, SETTINGS_BYTES);
  return (out - OUT) as i32;
}

/** A window that no sample ends, ends by time. */
export function tick(ms: f64): i32 {
  const s = state();
  if (!s.isReady) return NOT_READY;
  return s.count > 0 && ms >= s.startMs + s.windowMs ? ((close(OUT) - OUT) as i32) : 0;
}

/** Each window that a sample ends goes out; what is no number, or has no time, is left out. */
function aggregate(length: i32): i32 {
  if (length < 0 || length % SAMPLE_BYTES != 0) return E_LENGTH;
  const s = state();
  let out = OUT;
  for (let at = IN; at < IN + length; at += SAMPLE_BYTES) {
    const timeMs = load<f64>(at);
    const value = load<f64>(at, 8);
    if (!(abs<f64>(value) <= MOST) || !(abs<f64>(timeMs) <= LATEST_MS)) continue;
    const startMs = floor<f64>(timeMs / s.windowMs) * s.windowMs;
    // A sample that is late counts into the window that is open.
    if (s.count > 0 && startMs > s.startMs) {
      if ((out - OUT) as i32 + SUMMARY_BYTES > out_cap()) return E_SPACE;
      out = close(out);
    }
    if (s.count == 0) open(startMs);
    add(value);
  }
  return (out - OUT) as i32;
}

function open(startMs: f64): void {
  const s = state();
  s.startMs = startMs;
  s.mean = 0;
  s.squares = 0;
  s.least = Infinity;
  s.most = -Infinity;
}

function add(value: f64): void {
  const s = state();
  s.count += 1;
  const away = value - s.mean;
  s.mean += away / s.count;
  s.squares += away * (value - s.mean);
  s.least = value < s.least ? value : s.least;
  s.most = value > s.most ? value : s.most;
  s.last = value;
}

/** `startMs | endMs | count | mean | deviation | least | most | last`, all f64. */
function close(out: usize): usize {
  const s = state();
  if (s.count == 0) return out;
  store<f64>(out, s.startMs);
  store<f64>(out, s.startMs + s.windowMs, 8);
  store<f64>(out, s.count, 16);
  store<f64>(out, s.mean, 24);
  store<f64>(out, s.count > 1 ? sqrt<f64>(s.squares / (s.count - 1)) : 0, 32);
  store<f64>(out, s.least, 40);
  store<f64>(out, s.most, 48);
  store<f64>(out, s.last, 56);
  s.count = 0;
  return out + SUMMARY_BYTES;
}

export function state_save(): i32 {
  memory.copy(OUT, BLOCK, SIZE);
  return SIZE as i32;
}

export function state_load(length: i32, version: i32): i32 {
  if (version != STATE_VERSION || length != (SIZE as i32)) return E_STATE;
  if (!(load<f64>(IN, 8) >= 1)) return E_STATE;
  memory.copy(BLOCK, IN, SIZE);
  return 0;
}
