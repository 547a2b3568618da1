import { ABI, E_CONFIG, E_LENGTH, E_PORT, E_STATE, E_VALUE, input, output, STATE } from "fogwot";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

/** Sensors that are told apart; the ones after these are refused. */
const SENSORS: i32 = 32;
const SAMPLE: i32 = 12;
const E_FULL: i32 = -16;

const ids: usize = memory.data(SENSORS * 4, 16);
const means: usize = memory.data(SENSORS * 8, 16);
let count: i32 = 0;
let alpha: f64 = 0.2;

export function abi(): i32 {
  return ABI | STATE;
}

export function init(len: i32): i32 {
  return len == 0 ? 0 : configure(len);
}

function configure(len: i32): i32 {
  if (len != 8) return E_CONFIG;
  const wanted = input.getF64(0);
  // Written so that NaN is refused too.
  if (!(wanted > 0 && wanted <= 1)) return E_CONFIG;
  alpha = wanted;
  return 0;
}

function placeOf(id: u32): i32 {
  for (let i = 0; i < count; i++) {
    if (load<u32>(ids + (i << 2)) == id) return i;
  }
  return -1;
}

/** Port 0: samples in, as many samples out: the same sensors with their means. Port 1: another alpha. */
export function process(port: i32, len: i32): i32 {
  if (port == 1) return configure(len);
  if (port != 0) return E_PORT;
  if (len % SAMPLE != 0) return E_LENGTH;
  for (let at = 0; at < len; at += SAMPLE) {
    const id = input.getU32(at);
    const value = input.getF64(at + 4);
    if (!isFinite(value)) return E_VALUE;
    let place = placeOf(id);
    let mean = value;
    if (place < 0) {
      if (count == SENSORS) return E_FULL;
      place = count++;
      store<u32>(ids + (place << 2), id);
    } else {
      const before = load<f64>(means + (place << 3));
      mean = before + alpha * (value - before);
    }
    store<f64>(means + (place << 3), mean);
    output.setU32(at, id);
    output.setF64(at + 4, mean);
  }
  return len;
}

/** Version 1: a sample per sensor, its value the mean. */
export function state_save(): i32 {
  for (let i = 0; i < count; i++) {
    output.setU32(i * SAMPLE, load<u32>(ids + (i << 2)));
    output.setF64(i * SAMPLE + 4, load<f64>(means + (i << 3)));
  }
  return count * SAMPLE;
}

export function state_load(len: i32, version: i32): i32 {
  if (version != 1 || len % SAMPLE != 0 || len > SENSORS * SAMPLE) return E_STATE;
  count = len / SAMPLE;
  for (let i = 0; i < count; i++) {
    store<u32>(ids + (i << 2), input.getU32(i * SAMPLE));
    store<f64>(means + (i << 3), input.getF64(i * SAMPLE + 4));
  }
  return 0;
}
