import { Axis, axisAt } from "./state";

export const REFUSED: i32 = 0;
export const BELIEVED: i32 = 1;
export const SETTLING: i32 = 2;

const CHAIN: i32 = 3;
const MAX_GAP_POSES: f64 = 2;

/** As `plausibility.ts` beside the twin, which says why. @param axis 0 … 6 @param value in steps */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function judge(axis: i32, value: f64, pose: f64): i32 {
  const a = axisAt(axis);
  const gap = pose - a.pose;
  if (a.isKnown && fits(a, value, gap)) {
    settle(a, value, pose, (value - a.value) / gap);
    return BELIEVED;
  }
  return doubt(a, value, pose);
}

/** What does not fit: kept aside, and believed when three in a row fit each other. */
function doubt(a: Axis, value: f64, pose: f64): i32 {
  const candidateGap = pose - a.candidatePose;
  const isNext =
    a.chain > 0 &&
    candidateGap >= 1 &&
    candidateGap <= 2 &&
    abs<f64>(value - a.candidate) <= candidateGap * a.reach;
  a.chain = isNext ? a.chain + 1 : 1;
  if (a.chain >= CHAIN) {
    settle(a, value, pose, (value - a.candidate) / candidateGap);
    return BELIEVED;
  }
  a.candidate = value;
  a.candidatePose = pose;
  return a.isKnown ? REFUSED : SETTLING;
}

/** For values that a checksum vouches for. */
export function judgeChecked(axis: i32, value: f64, pose: f64): bool {
  const a = axisAt(axis);
  const gap = pose - a.pose;
  const isPossible = !a.isKnown || gap < 1 || abs<f64>(value - a.value) <= gap * a.reach;
  settle(a, value, pose, 0);
  return isPossible;
}

export function resetPlausibility(): void {
  for (let i = 0; i < 7; i++) {
    const a = axisAt(i);
    a.isKnown = 0;
    a.chain = 0;
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function fits(a: Axis, value: f64, gap: f64): bool {
  if (gap < 1 || gap > MAX_GAP_POSES) return false;
  const reach = a.reach;
  if (abs<f64>(value - a.value) > gap * reach) return false;
  if (!a.hasVelocity) return gap == 1;
  const expected = a.value + a.velocity * gap;
  return abs<f64>(value - expected) <= (gap == 1 ? reach / 2 : reach);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function settle(a: Axis, value: f64, pose: f64, velocity: f64): void {
  a.value = value;
  a.velocity = velocity;
  a.hasVelocity = 1;
  a.pose = pose;
  a.isKnown = 1;
  a.chain = 0;
}
