import { E_CONFIG } from "fogwot";
import { GEOMETRY_SIZE, Geometry, geometry, SETTINGS_SIZE, Settings, settings } from "./state";

const FARTHEST: f64 = 1e9;
const FIELDS: i32 = (SETTINGS_SIZE / 8) as i32;

export function setDefaults(): void {
  const s = settings();
  s.offsetMm = 1097.2;
  s.reactionMs = 2472;
  s.releaseMarginMm = 200;
  s.poseIntervalMs = 65.625;
  s.unknownSpeed = 2;
  s.staleMs = 1000;
  s.repeatPoses = 15;
  const g = geometry();
  g.a1 = 350;
  g.d1 = 750;
  g.a2 = 1250;
  g.a3 = -55;
  g.d4 = 1100;
  g.d6 = 230;
  g.toolX = 0;
  g.toolY = 0;
  g.toolZ = 250;
  g.railX = 1;
  g.radius0 = 500;
  g.radius1 = 400;
  g.radius2 = 250;
  g.radius3 = 220;
  g.radius4 = 150;
  g.radius5 = 150;
}

/**
 * Seven f64 in the order of `Settings`; NaN leaves one as it is. All hold from the next pose on, or none.
 * @returns 0, or what is wrong
 */
export function changeSettings(from: usize): i32 {
  const kept = changetype<usize>(settings());
  for (let i = 0; i < FIELDS; i++) {
    const value = load<f64>(from + (i << 3));
    // Only a time, and the poses' interval is one that a division waits for.
    const least: f64 = i == 3 ? 0.001 : 0;
    if (value == value && !(value >= least && value <= FARTHEST)) return E_CONFIG;
  }
  for (let i = 0; i < FIELDS; i++) {
    const value = load<f64>(from + (i << 3));
    if (value == value) store<f64>(kept + (i << 3), value);
  }
  return 0;
}

/** 21 f64 in the order of `Geometry`, millimetres; the rail's direction is a vector of its own length. */
export function changeGeometry(from: usize): i32 {
  for (let i = 0; i < 21; i++) {
    const value = load<f64>(from + (i << 3));
    if (!(abs<f64>(value) <= FARTHEST)) return E_CONFIG;
    if (i >= 15 && value < 0) return E_CONFIG;
  }
  memory.copy(changetype<usize>(geometry()), from, GEOMETRY_SIZE);
  return 0;
}
