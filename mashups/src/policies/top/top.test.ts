import { createRng } from "@fogwot/core/base";
import { describe, expect, it } from "@jest/globals";
import { Levels } from "./levels";
import { Rank } from "./rank";

/** Values with many ties, some of them negative, some huge, some devices gone. */
function valuesOf(kind: string, count: number, seed: number): Float64Array {
  const rng = createRng(seed, kind);
  return Float64Array.from({ length: count }, () => {
    if (kind === "equal") return 0;
    if (kind === "tied") return -rng.int(5);
    if (kind === "gone" && rng.chance(0.1)) return Number.NEGATIVE_INFINITY;
    if (kind === "wide") return (rng.next() - 0.5) * 10 ** rng.int(12);
    return -500 * rng.next();
  });
}

/** Plain sort, obviously right. */
function sorted(values: Float64Array, places: number): number[] {
  return Array.from(values)
    .sort((a, b) => b - a)
    .slice(0, places);
}

const CASES = ["even", "equal", "tied", "wide", "gone"].flatMap((kind) =>
  [
    [10, 3],
    [10, 10],
    [600, 10],
    [700, 600],
    [12_000, 4],
    [12_000, 3_000],
  ].map(([count, places]) => [kind, count, places] as [string, number, number]),
);

describe("Rank", () => {
  it.each(CASES)("puts %s values of %i devices in the order of a sort: the first %i", (...args) => {
    const [kind, count, places] = args;
    const values = valuesOf(kind, count, 7);
    const levels = new Levels();
    levels.extend(values, count);
    for (const kept of [undefined, levels]) {
      const out = new Int32Array(count);
      new Rank().take(values, count, places, out, createRng(1), kept);
      const chosen = Array.from(out.subarray(0, places));
      expect(chosen.map((handle) => values[handle])).toEqual(sorted(values, places));
      expect(new Set(chosen).size).toBe(places);
    }
  });

  it("keeps levels right while values change and devices come", () => {
    const rng = createRng(3);
    const values = valuesOf("even", 3_000, 1);
    const levels = new Levels();
    const out = new Int32Array(3_000);
    const rank = new Rank();
    for (let round = 0; round < 60; round++) {
      levels.extend(values, 500 + 40 * round);
      for (let i = 0; i < 200; i++) {
        const handle = rng.int(levels.length);
        const value = rng.chance(0.1) ? Number.NEGATIVE_INFINITY : -500 * rng.next();
        levels.change(handle, values[handle] as number, value);
        values[handle] = value;
      }
      rank.take(values, levels.length, 50, out, rng, levels);
      const chosen = Array.from(out.subarray(0, 50), (handle) => values[handle]);
      expect(chosen).toEqual(sorted(values.subarray(0, levels.length), 50));
    }
  });

  it("gives tied devices every place equally often (chi-square, p > 0.001)", () => {
    const values = Float64Array.of(5, 1, 1, 1, 1, 0);
    const rank = new Rank();
    const rng = createRng(11);
    const out = new Int32Array(6);
    const rounds = 8_000;
    const counts = new Float64Array(12);
    for (let round = 0; round < rounds; round++) {
      rank.take(values, 6, 4, out, rng);
      for (const place of [1, 2, 3]) {
        const at = 4 * (place - 1) + (out[place] as number) - 1;
        counts[at] = (counts[at] as number) + 1;
      }
    }
    const expected = rounds / 4;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 0.999 quantile of chi-square with 9 degrees of freedom: three places of four devices.
    expect(chiSquare).toBeLessThan(27.9);
  });
});
