import { ABI, E_LENGTH, E_OWN, E_PORT, E_STATE, STATE } from "fogwot";
import { push } from "./decoder";
import { BYTES, LIMITS, STATUS } from "./ports";
import { changeLimits, configure, LIMIT_BYTES } from "./settings";
import { IN, IN_CAP, OUT, OUT_CAP, STATE_PTR, STATE_SIZE, State, state } from "./state";

const NOT_READY: i32 = E_OWN;
const STATE_VERSION: i32 = 1;
const STATUS_BYTES: i32 = 112;

export function abi(): i32 {
  return ABI | STATE;
}

export function in_ptr(): i32 {
  return IN as i32;
}

export function in_cap(): i32 {
  return IN_CAP;
}

export function out_ptr(): i32 {
  return OUT as i32;
}

export function out_cap(): i32 {
  return OUT_CAP;
}

export function init(length: i32): i32 {
  memory.fill(STATE_PTR, 0, STATE_SIZE);
  const s = state();
  s.lastPose = -1;
  const code = configure(length);
  s.isReady = code == 0 ? 1 : 0;
  return code;
}

export function process(port: i32, length: i32): i32 {
  if (!state().isReady) return NOT_READY;
  if (length < 0 || length > IN_CAP) return E_LENGTH;
  if (port == BYTES) return push(length);
  if (port == LIMITS) return length % LIMIT_BYTES == 0 ? changeLimits(length) : E_LENGTH;
  return port == STATUS ? tell() : E_PORT;
}

/** `dialect i32 (-1 unknown) | 0 i32 | counters 13 × f64`. */
function tell(): i32 {
  const s = state();
  store<i32>(OUT, s.isSettled ? s.dialect : -1);
  store<i32>(OUT, 0, 4);
  memory.copy(OUT + 8, STATE_PTR + offsetof<State>("bytes"), STATUS_BYTES - 8);
  return STATUS_BYTES;
}

export function state_save(): i32 {
  memory.copy(OUT, STATE_PTR, STATE_SIZE);
  return STATE_SIZE as i32;
}

export function state_load(length: i32, version: i32): i32 {
  if (version != STATE_VERSION || length != (STATE_SIZE as i32)) return E_STATE;
  if (load<u32>(IN + offsetof<State>("rest")) > 8) return E_STATE;
  if (load<u32>(IN + offsetof<State>("slot")) > 6) return E_STATE;
  // What follows the state, ends where the in-buffer begins: the two never overlap.
  memory.copy(STATE_PTR, IN, STATE_SIZE);
  return 0;
}
