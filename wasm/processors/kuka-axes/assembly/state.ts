/**
 * All that the decoder keeps, in one block: what `state_save` hands out is its bytes. The rest of a
 * frame that has not ended lies right before the in-buffer, so that no byte is copied to be read.
 */
export const AXES: i32 = 7;
export const FRAME_BYTES: i32 = 9;
export const IN_CAP: i32 = 4096;
/** 4 096 bytes and the rest before them make 66 poses at most. */
export const OUT_CAP: i32 = 72 * 64;

/** Numbers of poses are f64: a checked stream counts on for years. */
@unmanaged
export class State {
  isReady: i32;
  isAuto: i32;
  dialect: i32;
  isSettled: i32;
  streak: i32;
  shift: i32;
  mask: i32;
  /** Bytes of an unfinished frame. */
  rest: i32;
  hasFrame: i32;
  /** Of the last plain frame: axis - 1, in turn. */
  slot: i32;
  skipped: i64;
  /** Of the last frame. */
  pose: f64;
  keptPose: f64;
  lastPose: f64;
  poseIntervalMs: f64;
  // Counters, in the order of the counters record.
  bytes: f64;
  frames: f64;
  poses: f64;
  lostPoses: f64;
  skippedBytes: f64;
  resyncs: f64;
  rejectedFraming: f64;
  rejectedCrc: f64;
  rejectedRange: f64;
  rejectedOrder: f64;
  rejectedSpeed: f64;
  acknowledgements: f64;
  dialectsSeen: f64;
}

const STATE_BYTES: usize = offsetof<State>();
/** Of an axis. */
@unmanaged
export class Axis {
  /** In steps; reach: in a pose interval. */
  low: f64;
  high: f64;
  reach: f64;
  value: f64;
  velocity: f64;
  pose: f64;
  candidate: f64;
  candidatePose: f64;
  isKnown: i32;
  hasVelocity: i32;
  chain: i32;
  spare: i32;
  /** Last value that was believed, in units. */
  kept: f64;
}

const AXIS_BYTES: usize = offsetof<Axis>();
const REST_BYTES: usize = 16;
export const STATE_SIZE: usize = STATE_BYTES + 7 * AXIS_BYTES + REST_BYTES;

const block = memory.data(4096 + 2048, 16);
export const IN: usize = block + 2048;
const start: usize = IN - STATE_SIZE;
export const STATE_PTR: usize = start;
export const OUT: usize = memory.data(72 * 64, 16);

// @ts-ignore: a decorator of AssemblyScript
@inline
export function state(): State {
  return changetype<State>(start);
}

/** @param axis 0 … 6 */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function axisAt(axis: i32): Axis {
  return changetype<Axis>(start + STATE_BYTES + (axis as usize) * AXIS_BYTES);
}
