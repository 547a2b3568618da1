import { ABI, E_CONFIG, E_LENGTH, E_OWN, E_PORT, E_STATE, emit, IN, OUT, STATE } from "fogwot";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

const SAMPLES: i32 = 0;
const SETTINGS: i32 = 1;
const SETTINGS_IN_FORCE: i32 = 1;
const NOT_READY: i32 = E_OWN;
const STATE_VERSION: i32 = 1;
const SAMPLE_BYTES: i32 = 16;
const SETTINGS_BYTES: i32 = 8;
const MAX_WINDOW: i32 = 256;
const DEFAULT_WINDOW: i32 = 8;
const LATEST_MS: f64 = 1e15;
/** What is beyond no sensor means. */
const MOST: f64 = 1e100;

/** What is kept: the state's bytes, then the ring of the last values. */
@unmanaged
class State {
  window: i32;
  count: i32;
  /** Where the next value goes. */
  next: i32;
  isReady: i32;
  sum: f64;
}

const HEAD: usize = offsetof<State>();
const SIZE: usize = HEAD + (MAX_WINDOW as usize) * 8;
const BLOCK: usize = memory.data(2080, 16);
const RING: usize = BLOCK + HEAD;

// @ts-ignore: a decorator of AssemblyScript
@inline
function state(): State {
  return changetype<State>(BLOCK);
}

export function abi(): i32 {
  return ABI | STATE;
}

/** Nothing, or the settings. */
export function init(length: i32): i32 {
  if (length != 0 && length != SETTINGS_BYTES) return E_LENGTH;
  const window = length == 0 ? DEFAULT_WINDOW : load<i32>(IN);
  if (window < 1 || window > MAX_WINDOW) return E_CONFIG;
  memory.fill(BLOCK, 0, SIZE);
  state().window = window;
  state().isReady = 1;
  return 0;
}

export function process(port: i32, length: i32): i32 {
  if (!state().isReady) return NOT_READY;
  if (port == SAMPLES) return average(length);
  if (port != SETTINGS) return E_PORT;
  if (length != SETTINGS_BYTES) return E_LENGTH;
  const window = load<i32>(IN);
  if (window < 1 || window > MAX_WINDOW) return E_CONFIG;
  resize(window);
  emit(SETTINGS_IN_FORCE, IN, SETTINGS_BYTES);
  return 0;
}

/** Of every sample, the mean of the last ones; what is no number, or has no time, is left out. */
function average(length: i32): i32 {
  if (length < 0 || length % SAMPLE_BYTES != 0) return E_LENGTH;
  let out = OUT;
  for (let at = IN; at < IN + length; at += SAMPLE_BYTES) {
    const value = load<f64>(at, 8);
    if (!(abs<f64>(value) <= MOST) || !(abs<f64>(load<f64>(at)) <= LATEST_MS)) continue;
    store<f64>(out, load<f64>(at));
    store<f64>(out, take(value), 8);
    out += SAMPLE_BYTES;
  }
  return (out - OUT) as i32;
}

function take(value: f64): f64 {
  const s = state();
  const place = RING + (s.next << 3);
  if (s.count == s.window) s.sum -= load<f64>(place);
  else s.count++;
  store<f64>(place, value);
  s.sum += value;
  s.next++;
  if (s.next == s.window) {
    s.next = 0;
    // Once round the ring the sum is made anew, so that roundings do not pile up.
    sumUp();
  }
  return s.sum / (s.count as f64);
}

function sumUp(): void {
  const s = state();
  let sum: f64 = 0;
  for (let i = 0; i < s.count; i++) sum += load<f64>(RING + (i << 3));
  s.sum = sum;
}

/** The newest values stay, oldest first from the ring's start on. */
function resize(window: i32): void {
  const s = state();
  const kept = min<i32>(s.count, window);
  // The out-buffer is free now.
  for (let i = 0; i < kept; i++) {
    let from = s.next - kept + i;
    if (from < 0) from += s.window;
    store<f64>(OUT + (i << 3), load<f64>(RING + (from << 3)));
  }
  memory.copy(RING, OUT, kept << 3);
  s.window = window;
  s.count = kept;
  s.next = kept == window ? 0 : kept;
  sumUp();
}

export function state_save(): i32 {
  memory.copy(OUT, BLOCK, SIZE);
  return SIZE as i32;
}

export function state_load(length: i32, version: i32): i32 {
  if (version != STATE_VERSION || length != (SIZE as i32)) return E_STATE;
  const window = load<i32>(IN);
  const count = load<i32>(IN, 4);
  const next = load<i32>(IN, 8);
  if (window < 1 || window > MAX_WINDOW || count < 0 || count > window) return E_STATE;
  if (next < 0 || next >= window) return E_STATE;
  memory.copy(BLOCK, IN, SIZE);
  return 0;
}
