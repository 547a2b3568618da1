import { crc16 } from "./crc16";
import { BELIEVED, judge, judgeChecked, REFUSED, resetPlausibility } from "./plausibility";
import { acknowledge } from "./ports";
import { AXES, axisAt, FRAME_BYTES, IN, OUT, State, state } from "./state";

const SPACE: i32 = 0;
const ZERO: i32 = 1;
const SIGN: i32 = 2;
const CHECKED: i32 = 3;
const NONE: i32 = -1;

const MARK: i32 = 0xa0;
const ACKNOWLEDGEMENT_AXIS: i32 = 101;
const ACKNOWLEDGEMENT_MARK: i32 = 0xa8;
const PLAIN_STREAK: i32 = 3;
const CHECKED_STREAK: i32 = 2;
const LOST_BYTES: i64 = 4 * 63;
const MAX_POSE_LEAP: f64 = 1_000;
const COMPLETE: i32 = 127;
const STEPS_PER_UNIT: f64 = 100_000;

/** Where the next pose goes; a call begins with OUT. */
let out: usize = 0;

/**
 * Bytes in the in-buffer → poses in the out-buffer; `decoder.ts` beside the twin says why each rule is
 * as it is. @returns bytes of poses
 */
export function push(length: i32): i32 {
  const s = state();
  s.bytes += length as f64;
  out = OUT;
  const end = IN + length;
  let at = IN - s.rest;
  while ((end - at) as i32 >= FRAME_BYTES) {
    if (s.isSettled ? takeSettled(s, at) : tryAny(s, at)) {
      s.frames += 1;
      if (s.skipped != 0) {
        if (s.skipped % 9 != 0) s.resyncs += 1;
        s.skipped = 0;
      }
      at += FRAME_BYTES;
    } else {
      skip(s);
      at++;
    }
  }
  s.rest = (end - at) as i32;
  // Eight bytes at most are left, so these eight hold them all.
  store<u64>(IN - 8, load<u64>(end - 8));
  return (out - OUT) as i32;
}

function skip(s: State): void {
  s.skipped++;
  s.skippedBytes += 1;
  s.streak = 0;
  if (s.isAuto && s.isSettled && s.skipped > LOST_BYTES) forget(s, NONE);
}

function forget(s: State, dialect: i32): void {
  s.dialect = dialect;
  s.isSettled = 0;
  s.streak = 0;
  s.hasFrame = 0;
  s.shift = 0;
  s.mask = 0;
  resetPlausibility();
}

/** A frame of some dialect, while none is settled. */
function tryAny(s: State, at: usize): bool {
  const dialect = dialectAt(at);
  if (dialect == NONE) return false;
  if (dialect != s.dialect || s.streak == 0) forget(s, dialect);
  if (!take(s, at)) return false;
  s.streak++;
  if (s.streak >= (dialect == CHECKED ? CHECKED_STREAK : PLAIN_STREAK)) {
    s.isSettled = 1;
    s.dialectsSeen += 1;
  }
  return true;
}

function dialectAt(at: usize): i32 {
  const first = load<u8>(at) as i32;
  if (first > MARK && first <= MARK + AXES) return isSound(at) ? CHECKED : NONE;
  const axis = load<u32>(at);
  if (axis < 1 || axis > (AXES as u32)) return NONE;
  const separator = load<u8>(at, 4) as i32;
  if (separator == 0x20) return SPACE;
  if (separator == 0) return ZERO;
  return separator == 0x2b || separator == 0x2d ? SIGN : NONE;
}

/** Without a call inside: this is the way of nearly every frame. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function takeSettled(s: State, at: usize): bool {
  return s.dialect == CHECKED ? takeChecked(s, at) : takePlain(s, at);
}

function take(s: State, at: usize): bool {
  return takeSettled(s, at);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function takePlain(s: State, at: usize): bool {
  const axis = load<u32>(at);
  const separator = load<u8>(at, 4) as i32;
  if (axis > 255 || !separates(s.dialect, separator)) return rejectFraming(s);
  const said = load<i32>(at, 5);
  if (axis == ACKNOWLEDGEMENT_AXIS) return acknowledgeWord(s, said);
  if (axis < 1 || axis > (AXES as u32)) return rejectFraming(s);
  const slot = (axis as i32) - 1;
  const value = separator == 0x2d && said > 0 ? -(said as f64) : (said as f64);
  const a = axisAt(slot);
  if (value < a.low || value > a.high) return rejectRange(s);
  const pose = place(s, slot);
  if (pose < 0) return rejectOrder(s);
  const verdict = judge(slot, value, pose);
  if (verdict == REFUSED) return rejectSpeed(s);
  s.hasFrame = 1;
  s.pose = pose;
  s.slot = slot;
  if (verdict == BELIEVED) keep(s, slot, value, pose);
  return true;
}

/** Number of the pose that a frame of this axis belongs to now; -1 where it is out of turn. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function place(s: State, slot: i32): f64 {
  if (!s.hasFrame) return s.lastPose + 1;
  let pose = s.pose;
  let due = s.slot + 1;
  if (s.skipped == 0) {
    if (due == AXES) {
      due = 0;
      pose += 1;
    }
  } else {
    const frames = (due as i64) + (s.skipped * 2 + 9) / 18;
    pose += (frames / 7) as f64;
    due = (frames % 7) as i32;
  }
  let shift = slot - due;
  if (shift < 0) {
    shift += AXES;
    pose += 1;
  }
  const isKnown = shift == 0 || slot == 0 || shift == s.shift;
  s.shift = isKnown ? 0 : shift;
  return isKnown ? pose : -1;
}

function takeChecked(s: State, at: usize): bool {
  const first = load<u8>(at) as i32;
  if (first <= MARK || first > ACKNOWLEDGEMENT_MARK) return rejectFraming(s);
  if (!isSound(at)) return rejectCrc(s);
  const said = load<i32>(at, 3);
  if (first == ACKNOWLEDGEMENT_MARK) return acknowledgeWord(s, said);
  const slot = first - MARK - 1;
  const pose = poseOf(s, load<u16>(at, 1) as i32);
  const value = said as f64;
  const a = axisAt(slot);
  if (value < a.low || value > a.high) rejectRange(s);
  else if (!judgeChecked(slot, value, pose)) rejectSpeed(s);
  else keep(s, slot, value, pose);
  return true;
}

/** The controller counts modulo 65 536. */
function poseOf(s: State, said: i32): f64 {
  if (!s.hasFrame) {
    s.hasFrame = 1;
    s.pose = said as f64;
    return s.pose;
  }
  const leap = ((said - (s.pose as i64 as i32)) & 0xffff) as f64;
  if (leap > MAX_POSE_LEAP) resetPlausibility();
  s.pose += leap;
  return s.pose;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function keep(s: State, slot: i32, value: f64, pose: f64): void {
  if (pose != s.keptPose) s.mask = 0;
  s.keptPose = pose;
  axisAt(slot).kept = value / STEPS_PER_UNIT;
  s.mask |= 1 << slot;
  if (s.mask == COMPLETE && pose != s.lastPose) putPose(s, pose);
}

function putPose(s: State, pose: f64): void {
  s.poses += 1;
  const missed = pose - s.lastPose - 1;
  if (s.lastPose >= 0 && missed > 0 && missed <= MAX_POSE_LEAP) s.lostPoses += missed;
  s.lastPose = pose;
  store<f64>(out, pose);
  // One after the other: a turn of a loop costs fuel, and the time to count it.
  store<f64>(out, axisAt(0).kept, 8);
  store<f64>(out, axisAt(1).kept, 16);
  store<f64>(out, axisAt(2).kept, 24);
  store<f64>(out, axisAt(3).kept, 32);
  store<f64>(out, axisAt(4).kept, 40);
  store<f64>(out, axisAt(5).kept, 48);
  store<f64>(out, axisAt(6).kept, 56);
  out += 64;
}

function acknowledgeWord(s: State, value: i32): bool {
  const word = value & 0xffff;
  if ((((value as u32) >>> 16) ^ word) != 0xffff) return rejectRange(s);
  s.acknowledgements += 1;
  acknowledge(word & 0xff, word >> 8);
  return true;
}

/** Counted where a frame was due; what is seen between two is no frame at all. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function isDue(s: State): bool {
  return s.isSettled != 0 && s.skipped % 9 == 0;
}

function rejectFraming(s: State): bool {
  if (isDue(s)) s.rejectedFraming += 1;
  return false;
}

function rejectCrc(s: State): bool {
  if (isDue(s)) s.rejectedCrc += 1;
  return false;
}

function rejectRange(s: State): bool {
  if (isDue(s)) s.rejectedRange += 1;
  return false;
}

function rejectOrder(s: State): bool {
  if (isDue(s)) s.rejectedOrder += 1;
  return false;
}

function rejectSpeed(s: State): bool {
  if (isDue(s)) s.rejectedSpeed += 1;
  return false;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function isSound(at: usize): bool {
  return (load<u16>(at, 7) as i32) == crc16(at, 7);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function separates(dialect: i32, separator: i32): bool {
  if (dialect == SPACE) return separator == 0x20;
  if (dialect == ZERO) return separator == 0;
  return separator == 0x2b || separator == 0x2d;
}
