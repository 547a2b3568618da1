import { Geometry, POINTS, TURNS } from "./state";
import { sineCosine } from "./trig";

/** Point `index` of the arm is here now. @returns squared mm, of what moved furthest so far */
// @ts-ignore: a decorator of AssemblyScript
@inline
function put(furthest: f64, index: i32, x: f64, y: f64, z: f64): f64 {
  const at = POINTS + index * 24;
  const dx = x - load<f64>(at);
  const dy = y - load<f64>(at, 8);
  const dz = z - load<f64>(at, 16);
  const moved = dx * dx + dy * dy + dz * dz;
  store<f64>(at, x);
  store<f64>(at, y, 8);
  store<f64>(at, z, 16);
  return moved > furthest ? moved : furthest;
}

/**
 * Forward kinematics of six axes on a rail: seven points of the arm, in the site's frame (z up).
 * Denavit–Hartenberg (a, d, α) = (a1, d1, −90°) (a2, 0, 0) (a3, 0, −90°) (0, d4, 90°) (0, 0, −90°) (0, d6, 0) with
 * θ = (−A1, A2, A3 − 90°, −A4, A5, −A6), α multiplied out: only the vectors that a point needs are made.
 * @param at of A1 … A7, degrees; A7: mm
 * @returns squared mm, of the point that moved furthest
 */
export function place(g: Geometry, at: usize): f64 {
  sineCosine(-load<f64>(at), TURNS);
  sineCosine(load<f64>(at, 8), TURNS + 16);
  sineCosine(load<f64>(at, 8) + load<f64>(at, 16), TURNS + 32);
  sineCosine(-load<f64>(at, 24), TURNS + 48);
  sineCosine(load<f64>(at, 32), TURNS + 64);
  sineCosine(-load<f64>(at, 40), TURNS + 80);
  const rail = load<f64>(at, 48);
  const s1 = load<f64>(TURNS);
  const c1 = load<f64>(TURNS, 8);
  const s2 = load<f64>(TURNS, 16);
  const c2 = load<f64>(TURNS, 24);
  const su = load<f64>(TURNS, 32);
  const cu = load<f64>(TURNS, 40);
  const s4 = load<f64>(TURNS, 48);
  const c4 = load<f64>(TURNS, 56);
  const s5 = load<f64>(TURNS, 64);
  const c5 = load<f64>(TURNS, 72);
  const s6 = load<f64>(TURNS, 80);
  const c6 = load<f64>(TURNS, 88);

  const bx = g.baseX + g.railX * rail;
  const by = g.baseY + g.railY * rail;
  const bz = g.baseZ + g.railZ * rail;
  let furthest = put(0, 0, bx, by, bz);
  const column = bz + g.d1;
  furthest = put(furthest, 1, bx, by, column);
  furthest = put(furthest, 2, bx + g.a1 * c1, by + g.a1 * s1, column);
  // Along the radius of axis 1, and up.
  const elbow = g.a1 + g.a2 * c2;
  const elbowZ = column - g.a2 * s2;
  furthest = put(furthest, 3, bx + elbow * c1, by + elbow * s1, elbowZ);
  const fore = elbow + g.a3 * su;
  const foreZ = elbowZ + g.a3 * cu;
  furthest = put(furthest, 4, bx + fore * c1, by + fore * s1, foreZ);
  const wrist = fore + g.d4 * cu;
  const wx = bx + wrist * c1;
  const wy = by + wrist * s1;
  const wz = foreZ - g.d4 * su;
  furthest = put(furthest, 5, wx, wy, wz);

  // x3 = (su c1, su s1, cu), y3 = (s1, −c1, 0), z3 = (cu c1, cu s1, −su)
  const x3x = su * c1;
  const x3y = su * s1;
  const z3x = cu * c1;
  const z3y = cu * s1;
  const x4x = c4 * x3x + s4 * s1;
  const x4y = c4 * x3y - s4 * c1;
  const x4z = c4 * cu;
  const z5x = c5 * z3x - s5 * x4x;
  const z5y = c5 * z3y - s5 * x4y;
  const z5z = -(c5 * su) - s5 * x4z;
  const fx = wx + g.d6 * z5x;
  const fy = wy + g.d6 * z5y;
  const fz = wz + g.d6 * z5z;
  furthest = put(furthest, 6, fx, fy, fz);

  // The tool turns with axis 6, about z5; y5 = −z4 = −(s4 x3 − c4 y3).
  const x5x = c5 * x4x + s5 * z3x;
  const x5y = c5 * x4y + s5 * z3y;
  const x5z = c5 * x4z - s5 * su;
  const y5x = c4 * s1 - s4 * x3x;
  const y5y = -(c4 * c1) - s4 * x3y;
  const y5z = -(s4 * cu);
  const u = g.toolX * c6 - g.toolY * s6;
  const v = g.toolX * s6 + g.toolY * c6;
  return put(
    furthest,
    7,
    fx + u * x5x + v * y5x + g.toolZ * z5x,
    fy + u * x5y + v * y5y + g.toolZ * z5y,
    fz + u * x5z + v * y5z + g.toolZ * z5z,
  );
}
