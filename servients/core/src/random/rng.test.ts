import { describe, expect, it } from "@jest/globals";
import { createRng, restoreRng } from "./rng";

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe("createRng", () => {
  it("repeats a stream for the same seed and names, and no other", () => {
    const first = draw(50, createRng(7, "link", "wifi-1").next);
    expect(draw(50, createRng(7, "link", "wifi-1").next)).toEqual(first);
    expect(draw(50, createRng(8, "link", "wifi-1").next)).not.toEqual(first);
    expect(draw(50, createRng(7, "link", "wifi-2").next)).not.toEqual(first);
  });

  it("keeps streams apart whose names join to the same text", () => {
    expect(createRng(1, "a", "bc").next()).not.toBe(createRng(1, "ab", "c").next());
  });

  it("is uniform over 16 bins (chi-square, p > 0.001)", () => {
    const rng = createRng(3);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) {
      const bin = rng.int(16);
      counts[bin] = (counts[bin] as number) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it("has normal deviates of mean 0 and variance 1", () => {
    const rng = createRng(5);
    const values = draw(100_000, rng.normal);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it("goes on from a saved state as if nothing had happened", () => {
    const rng = createRng(11);
    rng.normal();
    const copy = restoreRng(rng.state());
    expect([copy.normal(), copy.next(), copy.int(9)]).toEqual([
      rng.normal(),
      rng.next(),
      rng.int(9),
    ]);
  });
});
