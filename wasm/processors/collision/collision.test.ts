import { describe, expect, test } from "@jest/globals";
import { seededDraw } from "../kuka-axes/testing";
import { decodeDecisions, encodeObstacle, encodeSettings, type ObstacleRecord } from ".";
import { squaredDistance } from "./distance";
import { Arm } from "./kinematics";
import { DEFAULT_GEOMETRY, type Geometry } from "./settings";
import { sineCosine } from "./trig";
import { createTwin } from "./twin";

const { abs, cos, hypot, max, min, sin } = Math;

type Matrix = readonly (readonly number[])[];

/** The same arm by the textbook: a product of six Denavit–Hartenberg matrices. */
function byMatrices(g: Geometry, axes: readonly number[]): number[][] {
  const [q1 = 0, q2 = 0, q3 = 0, q4 = 0, q5 = 0, q6 = 0, rail = 0] = axes;
  const rows: readonly (readonly [number, number, number, number])[] = [
    [-q1, g.d1, g.a1, -90],
    [q2, 0, g.a2, 0],
    [q3 - 90, 0, g.a3, -90],
    [-q4, g.d4, 0, 90],
    [q5, 0, 0, -90],
    [-q6, g.d6, 0, 0],
  ];
  let t: Matrix = [
    [1, 0, 0, g.baseX + g.railX * rail],
    [0, 1, 0, g.baseY + g.railY * rail],
    [0, 0, 1, g.baseZ + g.railZ * rail],
    [0, 0, 0, 1],
  ];
  const origins = rows.map(([theta, d, a, alpha]) => {
    t = product(t, step(theta, d, a, alpha));
    return [0, 1, 2].map((i) => t[i]?.[3] ?? 0);
  });
  const tool = [0, 1, 2].map((i) => {
    const [x = 0, y = 0, z = 0, origin = 0] = t[i] ?? [];
    return x * g.toolX + y * g.toolY + z * g.toolZ + origin;
  });
  // Shoulder, elbow, behind the offset, wrist, flange, tool.
  return [origins[0], origins[1], origins[2], origins[3], origins[5], tool] as number[][];
}

function step(theta: number, d: number, a: number, alpha: number): Matrix {
  const [ct, st] = [cos((theta * Math.PI) / 180), sin((theta * Math.PI) / 180)];
  const [ca, sa] = [cos((alpha * Math.PI) / 180), sin((alpha * Math.PI) / 180)];
  return [
    [ct, -st * ca, st * sa, a * ct],
    [st, ct * ca, -ct * sa, a * st],
    [0, sa, ca, d],
    [0, 0, 0, 1],
  ];
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) =>
    [0, 1, 2, 3].map((j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0)),
  );
}

test("sine and cosine are right to a few ulp, and exact at quarter turns", () => {
  const draw = seededDraw(1);
  const out = new Float64Array(2);
  let worst = 0;
  for (let i = 0; i < 20_000; i++) {
    const degrees = 360 * (draw() - 0.5);
    sineCosine(degrees, out, 0);
    const sine = abs((out[0] as number) - sin((degrees * Math.PI) / 180));
    const cosine = abs((out[1] as number) - cos((degrees * Math.PI) / 180));
    worst = max(worst, sine, cosine);
  }
  // What Math.sin is given has lost as much already.
  expect(worst).toBeLessThan(1e-15);
  for (const [degrees, sine, cosine] of [
    [0, 0, 1],
    [90, 1, 0],
    [-90, -1, 0],
    [180, 0, -1],
    [270, -1, 0],
  ] as const) {
    sineCosine(degrees, out, 0);
    expect([out[0], out[1]].map((value) => (value as number) + 0)).toEqual([sine, cosine]);
  }
});

describe("the arm", () => {
  test("stands where six Denavit–Hartenberg matrices put it", () => {
    const draw = seededDraw(2);
    const geometry = { ...DEFAULT_GEOMETRY, toolX: 120, toolY: -70, baseY: 500, railY: 0.5 };
    const arm = new Arm();
    for (let i = 0; i < 2_000; i++) {
      const axes = [360, 360, 360, 700, 250, 700, 4_000].map((range) => range * (draw() - 0.5));
      arm.place(geometry, Float64Array.from(axes));
      const points = Array.from({ length: 8 }, (_, k) => [...arm.points.slice(3 * k, 3 * k + 3)]);
      byMatrices(geometry, axes).forEach((expected, k) => {
        const off = expected.map((value, j) => abs(value - (points[k + 2]?.[j] ?? Number.NaN)));
        expect(max(...off)).toBeLessThan(1e-8);
      });
    }
  });

  test("reaches 2.7 m and its hand when it is stretched out, and stands upright at −90°", () => {
    const arm = new Arm();
    arm.place(DEFAULT_GEOMETRY, Float64Array.of(0, 0, 0, 0, 0, 0, 0));
    expect([...arm.points.slice(18, 21)]).toEqual([350 + 1_250 + 1_100 + 230, 0, 750 - 55]);
    arm.place(DEFAULT_GEOMETRY, Float64Array.of(0, -90, 90, 0, 0, 0, 1_000));
    const elbow = [...arm.points.slice(9, 12)];
    expect(elbow).toEqual([1_350, 0, 2_000]);
  });

  test("moves its tool by axis 6 where the tool is not on the axis", () => {
    const arm = new Arm();
    const geometry = { ...DEFAULT_GEOMETRY, toolX: 100 };
    arm.place(geometry, Float64Array.of(0, -90, 90, 0, 0, 0, 0));
    const before = [...arm.points.slice(21)];
    arm.place(geometry, Float64Array.of(0, -90, 90, 0, 0, 180, 0));
    const moved = hypot(...before.map((value, i) => value - (arm.points[21 + i] as number)));
    expect(moved).toBeCloseTo(200, 9);
  });
});

test("the distance of two segments is the least of all their points'", () => {
  const draw = seededDraw(3);
  for (let i = 0; i < 300; i++) {
    const a = Float64Array.from({ length: 6 }, () => 1_000 * draw());
    const b = Float64Array.from({ length: 6 }, () => 1_000 * draw());
    if (i % 7 === 0) b.copyWithin(3, 0, 3);
    if (i % 11 === 0) a.copyWithin(3, 0, 3);
    const got = Math.sqrt(squaredDistance(a, 0, 3, b, 0));
    let least = Number.POSITIVE_INFINITY;
    const at = (from: Float64Array, k: number, s: number): number =>
      (from[k] as number) * (1 - s) + (from[k + 3] as number) * s;
    for (let s = 0; s <= 1; s += 0.02) {
      for (let t = 0; t <= 1; t += 0.02) {
        const away = [0, 1, 2].map((k) => at(a, k, s) - at(b, k, t));
        least = min(least, hypot(...away));
      }
    }
    expect(got).toBeLessThanOrEqual(least + 1e-9);
    expect(got).toBeGreaterThan(least - 30);
  }
});

describe("the decision", () => {
  const STRETCHED = [0, 0, 0, 0, 0, 0];
  /** A robot on its rail; numbers count on. */
  function robot(settings: Uint8Array = new Uint8Array(0)) {
    const said: Uint8Array[] = [];
    const twin = createTwin({
      emit: (port, bytes) => void (port === 2 && said.push(bytes.slice())),
      gpioWrite: () => undefined,
    });
    expect(twin.init(settings)).toBe(0);
    let number = 0;
    return {
      stops: () => said.flatMap((bytes) => decodeDecisions(bytes)).map(({ isStop }) => isStop),
      pose(rail: number) {
        const values = Float64Array.of(number++, ...STRETCHED, rail);
        const [decision] = decodeDecisions(
          twin.process(0, new Uint8Array(values.buffer)) as Buffer,
        );
        return decision;
      },
      person(record: ObstacleRecord) {
        return decodeDecisions(twin.process(2, encodeObstacle(record)) as Buffer)[0];
      },
    };
  }

  test("asks for 1097.2 mm and 2472 ms times the speed of what moves fastest", () => {
    const { pose } = robot();
    expect(pose(0)).toMatchObject({ isSpeedUnknown: true, requiredMm: 1_097.2 + 2_472 * 2 });
    expect(pose(0)).toMatchObject({
      speed: 0,
      requiredMm: 1_097.2,
      distanceMm: Infinity,
      link: null,
    });
    expect(pose(65.625)?.requiredMm).toBeCloseTo(3_569.2, 6);
  });

  test("measures from the nearest link's surface, and stops at once when a person comes too near", () => {
    const { pose, person, stops } = robot();
    pose(0);
    pose(0);
    // The tool's tip stands at 3,180 mm, its capsule 150 mm beyond; the person is 300 mm thick.
    const far = person({ id: 7, radius: 300, a: [4_800, 0, 0], b: [4_800, 0, 1_700] });
    expect(far).toMatchObject({ link: "tool", obstacle: 7, isStop: false });
    expect(far?.distanceMm).toBeCloseTo(4_800 - 3_180 - 150 - 300, 9);
    expect(person({ id: 7, radius: 300, a: [4_700, 0, 695] })).toMatchObject({ isStop: true });
    expect(person({ id: 7, radius: 300, a: [4_850, 0, 695] })).toMatchObject({ isStop: true });
    expect(person({ id: 7, radius: 300, a: [5_000, 0, 695] })).toMatchObject({ isStop: false });
    expect(stops()).toEqual([true, false]);
  });

  test("sees a walking person come on between two reports, and stops when the reports end", () => {
    const { pose, person } = robot();
    pose(0);
    pose(0);
    person({ id: 1, radius: 300, a: [6_000, 0, 695], velocity: [-1.6, 0, 0] });
    expect(pose(0)?.distanceMm).toBeCloseTo(6_000 - 3_630 - 1.6 * 65.625, 9);
    const later = Array.from({ length: 16 }, () => pose(0)).map((one) => one?.isObstacleStale);
    expect(later.slice(0, 14)).not.toContain(true);
    expect(later.at(-1)).toBe(true);
  });

  test("says a stop again while it lasts, as often as it was told", () => {
    const { pose, person, stops } = robot(encodeSettings({ repeatPoses: 3, staleMs: 0 }));
    pose(0);
    person({ id: 1, radius: 300, a: [3_500, 0, 700] });
    for (let i = 0; i < 7; i++) pose(0);
    expect(stops()).toEqual([true, true, true]);
  });
});
