/** All that the processor keeps, in one block: what `state_save` hands out is its bytes. */
export const LINKS: i32 = 6;
export const MAX_OBSTACLES: i32 = 16;
export const POSE_BYTES: i32 = 64;
export const OBSTACLE_BYTES: i32 = 88;
export const DECISION_BYTES: i32 = 48;

@unmanaged
export class Settings {
  offsetMm: f64;
  reactionMs: f64;
  releaseMarginMm: f64;
  poseIntervalMs: f64;
  /** m/s = mm/ms, while no two poses say how fast the robot is. */
  unknownSpeed: f64;
  /** Of an obstacle, after which it is not believed any more; 0: always believed. */
  staleMs: f64;
  /** A stop is said again every so many poses; 0: once. */
  repeatPoses: f64;
}

/** Millimetres; the robot's numbers as `README.md` draws them. */
@unmanaged
export class Geometry {
  a1: f64;
  d1: f64;
  a2: f64;
  a3: f64;
  d4: f64;
  d6: f64;
  toolX: f64;
  toolY: f64;
  toolZ: f64;
  baseX: f64;
  baseY: f64;
  baseZ: f64;
  railX: f64;
  railY: f64;
  railZ: f64;
  radius0: f64;
  radius1: f64;
  radius2: f64;
  radius3: f64;
  radius4: f64;
  radius5: f64;
}

@unmanaged
export class Obstacle {
  id: i32;
  spare: i32;
  radius: f64;
  ax: f64;
  ay: f64;
  az: f64;
  bx: f64;
  by: f64;
  bz: f64;
  vx: f64;
  vy: f64;
  vz: f64;
  /** Since it was told last, by the poses that have passed. */
  ageMs: f64;
}

/** What goes out for every pose, and to the port `stop`. */
@unmanaged
export class Decision {
  number: f64;
  distanceMm: f64;
  requiredMm: f64;
  speed: f64;
  link: i32;
  obstacle: i32;
  flags: i32;
  spare: i32;
}

@unmanaged
export class State {
  isReady: i32;
  hasPose: i32;
  obstacles: i32;
  isStopped: i32;
  number: f64;
  speed: f64;
  isSpeedKnown: i32;
  /** Poses since a stop was said last. */
  sinceStop: i32;
}

const STATE_BYTES: usize = offsetof<State>();
const SETTINGS_BYTES: usize = offsetof<Settings>();
const GEOMETRY_BYTES: usize = offsetof<Geometry>();
/** Base, column, shoulder, elbow, forearm's start, wrist, flange, tool: 8 × (x, y, z), and those before. */
const POINT_BYTES: usize = 8 * 24;
export const SETTINGS_SIZE: usize = SETTINGS_BYTES;
export const GEOMETRY_SIZE: usize = GEOMETRY_BYTES;
export const STATE_SIZE: usize =
  STATE_BYTES +
  SETTINGS_BYTES +
  GEOMETRY_BYTES +
  POINT_BYTES +
  (MAX_OBSTACLES as usize) * offsetof<Obstacle>();

export const STATE_PTR: usize = memory.data(4096, 16);
/** Sine and cosine of six axes. */
export const TURNS: usize = memory.data(96, 16);
export const POINTS: usize = STATE_PTR + STATE_BYTES + SETTINGS_BYTES + GEOMETRY_BYTES;

// @ts-ignore: a decorator of AssemblyScript
@inline
export function state(): State {
  return changetype<State>(STATE_PTR);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function settings(): Settings {
  return changetype<Settings>(STATE_PTR + STATE_BYTES);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function geometry(): Geometry {
  return changetype<Geometry>(STATE_PTR + STATE_BYTES + SETTINGS_BYTES);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function obstacleAt(index: i32): Obstacle {
  return changetype<Obstacle>(POINTS + POINT_BYTES + (index as usize) * offsetof<Obstacle>());
}
