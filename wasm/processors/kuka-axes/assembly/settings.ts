import { E_CONFIG } from "fogwot";
import { Axis, axisAt, IN, State, state } from "./state";
import { confirmLimit } from "./ports";

const STEPS_PER_UNIT: f64 = 100_000;
const CONFIG_BYTES: i32 = 16 + 7 * 24;
export const LIMIT_BYTES: i32 = 32;

/** `dialect i32 | 0 i32 | poseIntervalMs f64 | 7 × (min f64 | max f64 | maxSpeed f64)`; nothing: the defaults. */
export function configure(length: i32): i32 {
  const s = state();
  if (length == 0) {
    s.isAuto = 1;
    s.poseIntervalMs = 65.625;
    setLimit(s, 0, -185, 185, 110);
    setLimit(s, 1, -146, 0, 110);
    setLimit(s, 2, -119, 155, 110);
    setLimit(s, 3, -350, 350, 180);
    setLimit(s, 4, -125, 125, 180);
    setLimit(s, 5, -350, 350, 260);
    setLimit(s, 6, -20_000, 20_000, 2_000);
    s.dialect = -1;
    return 0;
  }
  if (length != CONFIG_BYTES) return E_CONFIG;
  const dialect = load<i32>(IN);
  const intervalMs = load<f64>(IN, 8);
  if (dialect < -1 || dialect > 3 || !(intervalMs >= 1 && intervalMs <= 10_000)) return E_CONFIG;
  for (let i = 0; i < 7; i++) {
    const at = IN + 16 + i * 24;
    if (!isLimit(load<f64>(at), load<f64>(at, 8), load<f64>(at, 16))) return E_CONFIG;
  }
  s.isAuto = dialect < 0 ? 1 : 0;
  s.isSettled = dialect < 0 ? 0 : 1;
  s.dialect = dialect;
  s.poseIntervalMs = intervalMs;
  for (let i = 0; i < 7; i++) {
    const at = IN + 16 + i * 24;
    setLimit(s, i, load<f64>(at), load<f64>(at, 8), load<f64>(at, 16));
  }
  return 0;
}

/** Records of `axis i32 (1 … 7) | 0 i32 | min f64 | max f64 | maxSpeed f64`; all of them hold, or none. */
export function changeLimits(length: i32): i32 {
  for (let at = IN; at < IN + length; at += LIMIT_BYTES) {
    const axis = load<i32>(at);
    if (axis < 1 || axis > 7) return E_CONFIG;
    if (!isLimit(load<f64>(at, 8), load<f64>(at, 16), load<f64>(at, 24))) return E_CONFIG;
  }
  for (let at = IN; at < IN + length; at += LIMIT_BYTES) {
    setLimit(state(), load<i32>(at) - 1, load<f64>(at, 8), load<f64>(at, 16), load<f64>(at, 24));
    confirmLimit(at);
  }
  return 0;
}

function isLimit(min: f64, max: f64, maxSpeed: f64): bool {
  return min >= -21_474 && max <= 21_474 && min <= max && maxSpeed > 0 && maxSpeed <= 100_000;
}

function setLimit(s: State, axis: i32, min: f64, max: f64, maxSpeed: f64): void {
  const a = axisAt(axis);
  a.low = min * STEPS_PER_UNIT;
  a.high = max * STEPS_PER_UNIT;
  a.reach = (maxSpeed * STEPS_PER_UNIT * s.poseIntervalMs) / 1_000;
}
