import { createRng } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { MemorySeries } from "./memory-series";

const MEGABYTE = 1024 * 1024;

function figuresOf(valuesMb: readonly number[]) {
  const series = new MemorySeries("process");
  for (const value of valuesMb) series.add(value * MEGABYTE);
  return series.figures;
}

describe("a memory series", () => {
  const noise = createRng(1, "memory");

  it("that fills up at first and then swings is bounded", () => {
    const values = Array.from({ length: 100 }, (_, i) => 60 + Math.min(i, 30) + 6 * noise.next());
    expect(figuresOf(values)).toMatchObject({ isBounded: true, samples: 100 });
  });

  it("that keeps growing is not, even when garbage collection hides it for a while", () => {
    const values = Array.from({ length: 100 }, (_, i) => 60 + i * 0.5 + (i % 7) * 3);
    expect(figuresOf(values)).toMatchObject({ isBounded: false, warmMb: expect.any(Number) });
  });

  it("is not judged by one outlier", () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 98 ? 400 : 80));
    expect(figuresOf(values)).toMatchObject({ growthMb: 0, isBounded: true });
  });

  it("is thinned to what a plot shows", () => {
    const { seriesMb } = figuresOf(Array.from({ length: 10_000 }, () => 50));
    expect(seriesMb.length).toBeLessThanOrEqual(200);
    expect(seriesMb[0]).toBe(50);
  });

  it("of a process that is gone has no samples", () => {
    const series = new MemorySeries("gone");
    series.sample(2 ** 22 + 1);
    expect(series.figures.samples).toBe(0);
  });
});
