import { AXES } from "../constants";
import { type AxisLimit, DEFAULT_LIMITS } from "../limits";

// Taken once: in the context of a test each use of a global is dear.
const { abs, max, min, sign, sqrt } = Math;

/** Random in [0, 1). */
export type Draw = () => number;

/** Seconds from rest to full speed and back: KR 2000 robots with their load are not faster. */
const RAMP_SECONDS = 0.5;
/** Of its range, an axis keeps this far from either end. */
const MARGIN = 0.02;
/** A linear unit of 20 m is used over a part of it. */
const MAX_ROOM = 2_000;

/**
 * A program that a robot repeats, one point after the other: every axis goes to the next point at up to
 * its maximum speed, with half a second from rest to full speed, and waits there for the others.
 */
export class RobotMotion {
  readonly #points: readonly (readonly number[])[];
  readonly #limits: readonly AxisLimit[];
  readonly #speed: number;
  #from: readonly number[];
  #index = 0;
  #seconds = 0;
  #duration: number;

  /** @param speed share of the maximum speed, 0 … 1 */
  constructor(draw: Draw, { points = 8, speed = 1, limits = DEFAULT_LIMITS } = {}) {
    this.#limits = limits;
    this.#speed = speed;
    this.#points = Array.from({ length: points }, () =>
      limits.map(({ min: low, max: high }) => {
        const room = (high - low) * (1 - 2 * MARGIN);
        const start = low + (high - low) * MARGIN + (room > MAX_ROOM ? room / 2 : 0);
        return start + draw() * min(room, MAX_ROOM);
      }),
    );
    this.#from = this.#points[0] ?? [];
    this.#duration = this.#durationTo(1);
  }

  /** Degrees; axis 7: mm. @param elapsedMs since the last call */
  next(elapsedMs: number): number[] {
    this.#seconds += elapsedMs / 1_000;
    while (this.#seconds >= this.#duration) {
      this.#seconds -= this.#duration;
      this.#from = this.#target;
      this.#index++;
      this.#duration = this.#durationTo(this.#index + 1);
    }
    return this.#from.map((from, axis) => {
      const distance = (this.#target[axis] ?? from) - from;
      return from + sign(distance) * this.#travelled(axis, abs(distance));
    });
  }

  get #target(): readonly number[] {
    return this.#points[(this.#index + 1) % this.#points.length] ?? this.#from;
  }

  #durationTo(index: number): number {
    const target = this.#points[index % this.#points.length] ?? this.#from;
    const seconds = Array.from({ length: AXES }, (_, axis) =>
      this.#time(axis, abs((target[axis] ?? 0) - (this.#from[axis] ?? 0))),
    );
    return max(0.1, ...seconds) + 0.2;
  }

  #time(axis: number, distance: number): number {
    const top = this.#top(axis);
    const rampDistance = top * RAMP_SECONDS;
    if (distance >= rampDistance) return distance / top + RAMP_SECONDS;
    return 2 * sqrt((distance * RAMP_SECONDS) / top);
  }

  /** A trapezoid of speed: up, along, down. */
  #travelled(axis: number, distance: number): number {
    const acceleration = this.#top(axis) / RAMP_SECONDS;
    const total = this.#time(axis, distance);
    const ramp = min(RAMP_SECONDS, total / 2);
    const t = min(this.#seconds, total);
    const top = acceleration * ramp;
    if (t < ramp) return (acceleration * t * t) / 2;
    if (t < total - ramp) return (top * ramp) / 2 + top * (t - ramp);
    return distance - (acceleration * (total - t) ** 2) / 2;
  }

  #top(axis: number): number {
    return (this.#limits[axis]?.maxSpeed ?? 1) * this.#speed;
  }
}
