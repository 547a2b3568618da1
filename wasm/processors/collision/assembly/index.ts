import { ABI, E_LENGTH, E_OWN, E_PORT, E_STATE, E_VALUE, emit, IN, OUT, STATE } from "fogwot";
import { decide, isNews } from "./decide";
import { place } from "./kinematics";
import { moveObstacles, tellObstacles } from "./obstacles";
import { changeGeometry, changeSettings, setDefaults } from "./settings";
import {
  DECISION_BYTES,
  Decision,
  GEOMETRY_SIZE,
  geometry,
  MAX_OBSTACLES,
  OBSTACLE_BYTES,
  POSE_BYTES,
  SETTINGS_SIZE,
  STATE_PTR,
  STATE_SIZE,
  State,
  settings,
  state,
} from "./state";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

const POSES: i32 = 0;
const SETTINGS: i32 = 1;
const OBSTACLES: i32 = 2;
/** What is sent. */
const SETTINGS_IN_FORCE: i32 = 1;
const STOP: i32 = 2;

const NOT_READY: i32 = E_OWN;
const STATE_VERSION: i32 = 1;
const FARTHEST: f64 = 1e9;
/** Longer than this without a pose, a speed says nothing. */
const MAX_GAP_POSES: f64 = 8;

export function abi(): i32 {
  return ABI | STATE;
}

/** Nothing, the settings, or the settings and the geometry. */
export function init(length: i32): i32 {
  memory.fill(STATE_PTR, 0, STATE_SIZE);
  setDefaults();
  let code: i32 = length == 0 || length == WITH_SETTINGS || length == WITH_GEOMETRY ? 0 : E_LENGTH;
  if (code == 0 && length > 0) code = changeSettings(IN);
  if (code == 0 && length == WITH_GEOMETRY) code = changeGeometry(IN + SETTINGS_SIZE);
  state().isReady = code == 0 ? 1 : 0;
  return code;
}

const WITH_SETTINGS: i32 = SETTINGS_SIZE as i32;
const WITH_GEOMETRY: i32 = (SETTINGS_SIZE + GEOMETRY_SIZE) as i32;

export function process(port: i32, length: i32): i32 {
  if (!state().isReady) return NOT_READY;
  if (port == POSES) return followPoses(length);
  if (port == OBSTACLES) return followObstacles(length);
  if (port != SETTINGS) return E_PORT;
  if (length != WITH_SETTINGS) return E_LENGTH;
  const code = changeSettings(IN);
  if (code == 0) emit(SETTINGS_IN_FORCE, changetype<usize>(settings()), WITH_SETTINGS);
  return code;
}

/** Records of `number f64 | A1 … A6 degrees f64 | A7 mm f64`; a decision for each. */
function followPoses(length: i32): i32 {
  if (length < 0 || length % POSE_BYTES != 0) return E_LENGTH;
  for (let at = IN; at < IN + length; at += POSE_BYTES) {
    if (!isPose(at)) return E_VALUE;
  }
  let out = OUT;
  for (let at = IN; at < IN + length; at += POSE_BYTES) {
    followPose(at);
    tell(out);
    out += DECISION_BYTES;
  }
  return (out - OUT) as i32;
}

/** One comparison after the other: a turn of a loop costs fuel, and the time to count it. */
function isPose(at: usize): bool {
  return (
    isNear(load<f64>(at)) &&
    isNear(load<f64>(at, 8)) &&
    isNear(load<f64>(at, 16)) &&
    isNear(load<f64>(at, 24)) &&
    isNear(load<f64>(at, 32)) &&
    isNear(load<f64>(at, 40)) &&
    isNear(load<f64>(at, 48)) &&
    isNear(load<f64>(at, 56))
  );
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function isNear(value: f64): bool {
  return abs<f64>(value) <= FARTHEST;
}

function followPose(at: usize): void {
  const s = state();
  const set = settings();
  const number = load<f64>(at);
  const gap = number - s.number;
  const moved = place(geometry(), at + 8);
  const isNext = s.hasPose != 0 && gap >= 1 && gap <= MAX_GAP_POSES;
  s.isSpeedKnown = isNext ? 1 : 0;
  if (isNext) {
    const elapsedMs = gap * set.poseIntervalMs;
    s.speed = sqrt<f64>(moved) / elapsedMs;
    moveObstacles(elapsedMs);
  } else if (s.hasPose) {
    // However long it took, it was one interval at least.
    moveObstacles(set.poseIntervalMs);
  }
  s.number = number;
  s.hasPose = 1;
}

/** A person who moves is answered at once, not with the robot's next pose. */
function followObstacles(length: i32): i32 {
  if (length < 0 || length % OBSTACLE_BYTES != 0) return E_LENGTH;
  const code = tellObstacles(IN, length);
  if (code != 0) return code;
  if (!state().hasPose) return 0;
  tell(OUT);
  return DECISION_BYTES;
}

function tell(out: usize): void {
  decide(out);
  if (isNews(state(), settings(), changetype<Decision>(out).flags)) emit(STOP, out, DECISION_BYTES);
}

export function state_save(): i32 {
  memory.copy(OUT, STATE_PTR, STATE_SIZE);
  return STATE_SIZE as i32;
}

export function state_load(length: i32, version: i32): i32 {
  if (version != STATE_VERSION || length != (STATE_SIZE as i32)) return E_STATE;
  if (load<u32>(IN + offsetof<State>("obstacles")) > (MAX_OBSTACLES as u32)) return E_STATE;
  memory.copy(STATE_PTR, IN, STATE_SIZE);
  return 0;
}
