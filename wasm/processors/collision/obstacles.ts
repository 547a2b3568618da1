import { CODES } from "../../src/engines/twin";

export const OBSTACLE_BYTES = 88;
export const MAX_OBSTACLES = 16;
const FARTHEST = 1e9;

/** Millimetres and mm/ms; a sphere where both ends are the same. */
export interface ObstacleRecord {
  readonly id: number;
  /** Below 0 takes the obstacle away. */
  readonly radius: number;
  readonly a: readonly [number, number, number];
  readonly b?: readonly [number, number, number];
  readonly velocity?: readonly [number, number, number];
}

export interface Obstacle {
  id: number;
  radius: number;
  /** Both ends, then the velocity. */
  readonly numbers: Float64Array;
  ageMs: number;
}

/** What the port `obstacles` takes. */
export function encodeObstacle({ id, radius, a, b = a, velocity }: ObstacleRecord): Uint8Array {
  const bytes = new Uint8Array(OBSTACLE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, id, true);
  view.setFloat64(8, radius, true);
  [...a, ...b, ...(velocity ?? [0, 0, 0])].forEach((value, i) => {
    view.setFloat64(16 + 8 * i, value, true);
  });
  return bytes;
}

export class Obstacles {
  readonly all: Obstacle[] = [];

  /** @returns 0, or what is wrong; records before the wrong one hold */
  tell(input: Uint8Array): number {
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    for (let at = 0; at < input.length; at += OBSTACLE_BYTES) {
      const numbers = Float64Array.from({ length: 10 }, (_, i) =>
        view.getFloat64(at + 8 + 8 * i, true),
      );
      if (!numbers.every((value) => Math.abs(value) <= FARTHEST)) return CODES.value;
      const code = this.#tellOne(view.getInt32(at, true), numbers);
      if (code !== 0) return code;
    }
    return 0;
  }

  #tellOne(id: number, numbers: Float64Array): number {
    const radius = numbers[0] as number;
    const index = this.all.findIndex((one) => one.id === id);
    if (radius < 0) {
      const last = index < 0 ? undefined : this.all.pop();
      if (last && index < this.all.length) this.all[index] = last;
      return 0;
    }
    if (index < 0 && this.all.length === MAX_OBSTACLES) return CODES.space;
    this.all[index < 0 ? this.all.length : index] = {
      id,
      radius,
      numbers: numbers.slice(1),
      ageMs: 0,
    };
    return 0;
  }

  /** They go on as they went, until they are told again. */
  move(elapsedMs: number): void {
    for (const obstacle of this.all) {
      const { numbers } = obstacle;
      for (let i = 0; i < 3; i++) {
        const step = (numbers[6 + i] as number) * elapsedMs;
        numbers[i] = (numbers[i] as number) + step;
        numbers[3 + i] = (numbers[3 + i] as number) + step;
      }
      obstacle.ageMs += elapsedMs;
    }
  }
}
