import type { Geometry } from "./settings";
import { sineCosine } from "./trig";

/** Base, column's top, shoulder, elbow, the forearm's start behind its offset, wrist, flange, tool. */
export const POINTS = 8;

/**
 * Forward kinematics of six axes on a rail, z up, millimetres. Denavit–Hartenberg (a, d, α) =
 * (a1, d1, −90°) (a2, 0, 0) (a3, 0, −90°) (0, d4, 90°) (0, 0, −90°) (0, d6, 0) with
 * θ = (−A1, A2, A3 − 90°, −A4, A5, −A6): the controller's signs. α is multiplied out.
 */
export class Arm {
  /** 8 × (x, y, z) of the last pose. */
  readonly points = new Float64Array(3 * POINTS);
  readonly #turns = new Float64Array(12);
  #furthest = 0;

  /** @param axes A1 … A6 in degrees, A7 in mm @returns squared mm, of the point that moved furthest */
  place(g: Geometry, axes: Float64Array): number {
    const a2 = axes[1] as number;
    const rail = axes[6] as number;
    this.#furthest = 0;
    const turns = this.#turns;
    sineCosine(-(axes[0] as number), turns, 0);
    sineCosine(a2, turns, 2);
    sineCosine(a2 + (axes[2] as number), turns, 4);
    sineCosine(-(axes[3] as number), turns, 6);
    sineCosine(axes[4] as number, turns, 8);
    sineCosine(-(axes[5] as number), turns, 10);
    const s1 = turns[0] as number;
    const c1 = turns[1] as number;
    const s2 = turns[2] as number;
    const c2 = turns[3] as number;
    const su = turns[4] as number;
    const cu = turns[5] as number;
    const bx = g.baseX + g.railX * rail;
    const by = g.baseY + g.railY * rail;
    const bz = g.baseZ + g.railZ * rail;
    this.#put(0, bx, by, bz);
    const column = bz + g.d1;
    this.#put(1, bx, by, column);
    this.#put(2, bx + g.a1 * c1, by + g.a1 * s1, column);
    const elbow = g.a1 + g.a2 * c2;
    const elbowZ = column - g.a2 * s2;
    this.#put(3, bx + elbow * c1, by + elbow * s1, elbowZ);
    const fore = elbow + g.a3 * su;
    const foreZ = elbowZ + g.a3 * cu;
    this.#put(4, bx + fore * c1, by + fore * s1, foreZ);
    const wrist = fore + g.d4 * cu;
    this.#put(5, bx + wrist * c1, by + wrist * s1, foreZ - g.d4 * su);
    this.#placeHand(g, su * c1, su * s1, s1, c1);
    return this.#furthest;
  }

  /** Flange and tool, from the wrist on. @param x3x of axis 3's x direction, with x3y */
  #placeHand(g: Geometry, x3x: number, x3y: number, s1: number, c1: number): void {
    const turns = this.#turns;
    const su = turns[4] as number;
    const cu = turns[5] as number;
    const s4 = turns[6] as number;
    const c4 = turns[7] as number;
    const s5 = turns[8] as number;
    const c5 = turns[9] as number;
    const s6 = turns[10] as number;
    const c6 = turns[11] as number;
    const wx = this.points[15] as number;
    const wy = this.points[16] as number;
    const wz = this.points[17] as number;
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
    this.#put(6, fx, fy, fz);
    const x5x = c5 * x4x + s5 * z3x;
    const x5y = c5 * x4y + s5 * z3y;
    const x5z = c5 * x4z - s5 * su;
    const y5x = c4 * s1 - s4 * x3x;
    const y5y = -(c4 * c1) - s4 * x3y;
    const y5z = -(s4 * cu);
    const u = g.toolX * c6 - g.toolY * s6;
    const v = g.toolX * s6 + g.toolY * c6;
    this.#put(
      7,
      fx + u * x5x + v * y5x + g.toolZ * z5x,
      fy + u * x5y + v * y5y + g.toolZ * z5y,
      fz + u * x5z + v * y5z + g.toolZ * z5z,
    );
  }

  #put(index: number, x: number, y: number, z: number): void {
    const points = this.points;
    const at = 3 * index;
    const dx = x - (points[at] as number);
    const dy = y - (points[at + 1] as number);
    const dz = z - (points[at + 2] as number);
    const moved = dx * dx + dy * dy + dz * dz;
    this.#furthest = moved > this.#furthest ? moved : this.#furthest;
    points[at] = x;
    points[at + 1] = y;
    points[at + 2] = z;
  }
}
