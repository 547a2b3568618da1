import { describe, expect, it } from "@jest/globals";
import { distribution, median, quantile, wilsonInterval } from "./statistics";

describe("statistics", () => {
  it("interpolates quantiles as R and NumPy do by default", () => {
    // numpy.quantile([1, 2, 4, 8], [.25, .5, .95])
    const sorted = [1, 2, 4, 8];
    expect(quantile(sorted, 0.25)).toBeCloseTo(1.75, 12);
    expect(quantile(sorted, 0.5)).toBeCloseTo(3, 12);
    expect(quantile(sorted, 0.95)).toBeCloseTo(7.4, 12);
    expect(quantile([5], 0.99)).toBe(5);
  });

  it("sorts before it looks", () => {
    expect(distribution([3, 1, 2])).toMatchObject({ count: 3, mean: 2, min: 1, p50: 2, max: 3 });
  });

  it("has no distribution and no median of nothing", () => {
    expect(distribution([])).toBeNull();
    expect(median([])).toBeNull();
  });

  it("gives Wilson's interval, which never leaves 0…1", () => {
    // R: binom::binom.confint(30, 100, methods = "wilson")
    const [low, high] = wilsonInterval(30, 100);
    expect(low).toBeCloseTo(0.2189489, 6);
    expect(high).toBeCloseTo(0.395849, 5);
    expect(wilsonInterval(0, 10)[0]).toBe(0);
    expect(wilsonInterval(10, 10)[1]).toBeCloseTo(1, 12);
    expect(wilsonInterval(10, 10)[1]).toBeLessThanOrEqual(1);
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});
