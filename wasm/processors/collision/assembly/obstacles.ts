import { E_SPACE, E_VALUE } from "fogwot";
import { MAX_OBSTACLES, OBSTACLE_BYTES, obstacleAt, state } from "./state";

const FARTHEST: f64 = 1e9;

/**
 * Records of `id i32 | 0 i32 | radius f64 | a 3 × f64 | b 3 × f64 | velocity 3 × f64` (mm, mm/ms): a capsule about
 * the segment from a to b, a sphere where they are the same; a radius below 0 takes the obstacle away.
 * @returns 0, or what is wrong; records before the wrong one hold
 */
export function tellObstacles(from: usize, length: i32): i32 {
  for (let at = from; at < from + length; at += OBSTACLE_BYTES) {
    for (let i = 1; i < 11; i++) {
      if (!(abs<f64>(load<f64>(at + (i << 3))) <= FARTHEST)) return E_VALUE;
    }
    const id = load<i32>(at);
    let index = indexOf(id);
    if (load<f64>(at, 8) < 0) {
      if (index >= 0) remove(index);
      continue;
    }
    if (index < 0) {
      if (state().obstacles == MAX_OBSTACLES) return E_SPACE;
      index = state().obstacles++;
    }
    const obstacle = obstacleAt(index);
    memory.copy(changetype<usize>(obstacle), at, OBSTACLE_BYTES);
    obstacle.ageMs = 0;
  }
  return 0;
}

/** Obstacles go on as they went, until they are told again. */
export function moveObstacles(elapsedMs: f64): void {
  const count = state().obstacles;
  for (let i = 0; i < count; i++) {
    const o = obstacleAt(i);
    const dx = o.vx * elapsedMs;
    const dy = o.vy * elapsedMs;
    const dz = o.vz * elapsedMs;
    o.ax += dx;
    o.ay += dy;
    o.az += dz;
    o.bx += dx;
    o.by += dy;
    o.bz += dz;
    o.ageMs += elapsedMs;
  }
}

function indexOf(id: i32): i32 {
  const count = state().obstacles;
  for (let i = 0; i < count; i++) {
    if (obstacleAt(i).id == id) return i;
  }
  return -1;
}

/** The last takes its place. */
function remove(index: i32): void {
  const last = --state().obstacles;
  memory.copy(
    changetype<usize>(obstacleAt(index)),
    changetype<usize>(obstacleAt(last)),
    OBSTACLE_BYTES + 8,
  );
}
