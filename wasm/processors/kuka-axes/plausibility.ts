import { AXES, STEPS_PER_UNIT } from "./constants";
import type { KukaAxesConfig } from "./limits";

const { abs } = Math;

export const REFUSED = 0;
export const BELIEVED = 1;
/** Nothing is known of the axis yet: neither true nor false. */
export const SETTLING = 2;
export type Verdict = typeof REFUSED | typeof BELIEVED | typeof SETTLING;

/** So many values in a row that one axis could have gone through are its position, whatever was believed. */
const CHAIN = 3;
/** So many poses on from the last value, it still tells where the axis is; after more it says too little. */
const MAX_GAP_POSES = 2;

/**
 * Whether an axis can be where a plain frame says. A frame without a checksum is believed when its axis
 * can have moved there at its maximum speed since the last value that was believed, and the value lies
 * near the line that the last two make: within half of what the axis can do in a pose interval, after a
 * pose without a value within the whole. The second rule holds for every robot that needs more than
 * 0.27 s from rest to full speed, and is what keeps an error after a gap within the bound.
 *
 * A wrong value that was believed makes true ones look wrong. So what is refused is kept aside, and three
 * in a row that fit each other are believed against it.
 */
export class AxisPlausibility {
  readonly #reach = new Float64Array(AXES);
  readonly #value = new Float64Array(AXES);
  readonly #velocity = new Float64Array(AXES);
  readonly #pose = new Float64Array(AXES);
  readonly #isKnown = new Uint8Array(AXES);
  readonly #hasVelocity = new Uint8Array(AXES);
  readonly #candidate = new Float64Array(AXES);
  readonly #candidatePose = new Float64Array(AXES);
  readonly #chain = new Uint8Array(AXES);

  readonly #poseIntervalMs: number;

  constructor({ axes, poseIntervalMs }: KukaAxesConfig) {
    this.#poseIntervalMs = poseIntervalMs;
    axes.forEach(({ maxSpeed }, axis) => {
      this.setSpeed(axis, maxSpeed);
    });
  }

  /** @param axis 0 … 6 @param maxSpeed degrees per second; axis 7: mm/s */
  setSpeed(axis: number, maxSpeed: number): void {
    this.#reach[axis] = (maxSpeed * STEPS_PER_UNIT * this.#poseIntervalMs) / 1_000;
  }

  reset(): void {
    this.#isKnown.fill(0);
    this.#chain.fill(0);
  }

  /** @param axis 0 … 6 @param value in steps @param pose its number, never less than the last */
  judge(axis: number, value: number, pose: number): Verdict {
    if (this.#isKnown[axis] && this.#fits(axis, value, pose)) {
      this.#believe(axis, value, pose);
      return BELIEVED;
    }
    if (this.#extendChain(axis, value, pose) >= CHAIN) {
      const last = this.#candidate[axis] as number;
      const gap = pose - (this.#candidatePose[axis] as number);
      this.#settle(axis, value, pose, (value - last) / gap);
      return BELIEVED;
    }
    this.#candidate[axis] = value;
    this.#candidatePose[axis] = pose;
    return this.#isKnown[axis] ? REFUSED : SETTLING;
  }

  /** For values that a checksum vouches for: only whether the axis can be that fast. */
  judgeChecked(axis: number, value: number, pose: number): boolean {
    const gap = pose - (this.#pose[axis] as number);
    const isPossible =
      !this.#isKnown[axis] ||
      gap < 1 ||
      abs(value - (this.#value[axis] as number)) <= gap * (this.#reach[axis] as number);
    // The controller knows best: what it says next is held to this value in any case.
    this.#settle(axis, value, pose, 0);
    return isPossible;
  }

  #fits(axis: number, value: number, pose: number): boolean {
    const gap = pose - (this.#pose[axis] as number);
    if (gap < 1 || gap > MAX_GAP_POSES) return false;
    const reach = this.#reach[axis] as number;
    const last = this.#value[axis] as number;
    if (abs(value - last) > gap * reach) return false;
    if (!this.#hasVelocity[axis]) return gap === 1;
    const expected = last + (this.#velocity[axis] as number) * gap;
    return abs(value - expected) <= (gap === 1 ? reach / 2 : reach);
  }

  #believe(axis: number, value: number, pose: number): void {
    const gap = pose - (this.#pose[axis] as number);
    this.#settle(axis, value, pose, (value - (this.#value[axis] as number)) / gap);
  }

  #settle(axis: number, value: number, pose: number, velocity: number): void {
    this.#value[axis] = value;
    this.#velocity[axis] = velocity;
    this.#hasVelocity[axis] = 1;
    this.#pose[axis] = pose;
    this.#isKnown[axis] = 1;
    this.#chain[axis] = 0;
  }

  #extendChain(axis: number, value: number, pose: number): number {
    const gap = pose - (this.#candidatePose[axis] as number);
    const reach = this.#reach[axis] as number;
    const isNext =
      (this.#chain[axis] as number) > 0 &&
      gap >= 1 &&
      gap <= 2 &&
      abs(value - (this.#candidate[axis] as number)) <= gap * reach;
    const length = isNext ? (this.#chain[axis] as number) + 1 : 1;
    this.#chain[axis] = length;
    return length;
  }
}
