import * as fog from "fogwot";

export { in_ptr, in_cap, out_ptr, out_cap } from "fogwot";

let sum: i32 = 0;
let mean: f64 = 0;
const STORE: usize = memory.data(16, 8);

export function abi(): i32 {
  return fog.ABI | fog.STATE | fog.TICK;
}

export function init(len: i32): i32 {
  if (len > 8) return fog.E_CONFIG;
  sum = len > 0 ? fog.input.getU8(0) : 0;
  return 0;
}

function recurse(n: i32): i32 {
  return n == -1 ? n : recurse(n + 1) + recurse(n + 2) + 1;
}

export function process(port: i32, len: i32): i32 {
  if (len < 1) return fog.E_LENGTH;
  const value = fog.input.getU8(0);
  if (port == 0) {
    sum += value;
    mean += (<f64>value - mean) / 8.0;
    store<i32>(STORE, sum);
    fog.output.setU8(0, sum * 2);
    fog.emit(1, fog.OUT, 1);
    fog.output.setU8(0, sum);
    return 1;
  }
  if (port == 1) for (;;) sum++;
  if (port == 2) return recurse(0);
  if (port == 3) {
    // Beyond what is declared it is refused; up to there it works on.
    while (memory.grow(1) != -1) sum++;
    fog.output.setU8(0, memory.size());
    return 1;
  }
  if (port == 4) for (let i = 0; i < 100000; i++) fog.emit(0, fog.OUT, 8);
  if (port == 5) unreachable();
  if (port == 6) return 1000;
  if (port == 7) fog.emit(0, 300000, 8);
  if (port == 8) for (let i = 0; i < 100000; i++) fog.log(fog.LOG_INFO, fog.OUT, 8);
  if (port == 9) fog.emit(5, fog.OUT, 1);
  if (port == 10) return fog.E_VALUE;
  return 0;
}

export function tick(ms: f64): i32 {
  fog.gpioWrite(0, sum);
  fog.output.setF64(0, ms + fog.now());
  return 8;
}

export function state_save(): i32 {
  fog.output.setI32(0, sum);
  return 4;
}

export function state_load(len: i32, version: i32): i32 {
  if (version != 1 || len != 4) return fog.E_STATE;
  sum = fog.input.getI32(0);
  return 0;
}
