import { createRng } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import {
  binomialCdf,
  bootstrap,
  experimentSizing,
  meanInterval,
  midRanks,
  normalCdf,
  normalQuantile,
  pairedDifference,
  pairedRatio,
  signedRankTest,
  tQuantile,
  variability,
} from ".";

describe("distribution functions", () => {
  it("give the printed quantiles of Student's t (SciPy 1.17 to 12 digits)", () => {
    expect(tQuantile(0.975, 1)).toBeCloseTo(12.706204736174694, 9);
    expect(tQuantile(0.975, 5)).toBeCloseTo(2.5705818356363146, 11);
    expect(tQuantile(0.975, 49)).toBeCloseTo(2.0095752371292392, 11);
    expect(tQuantile(0.995, 10)).toBeCloseTo(3.16927267261695, 11);
    expect(tQuantile(0.9, 2)).toBeCloseTo(1.8856180831641272, 11);
    expect(tQuantile(0.025, 49)).toBeCloseTo(-2.0095752371292392, 11);
  });

  it("give the printed quantiles of the normal distribution", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 12);
    expect(normalCdf(-6)).toBeCloseTo(9.865876450376981e-10, 20);
  });

  it("sum a binomial exactly", () => {
    expect(binomialCdf(0, 29, 0.1)).toBeCloseTo(0.9 ** 29, 12);
    expect(binomialCdf(2, 4, 0.5)).toBeCloseTo(11 / 16, 12);
  });
});

describe("Wilcoxon's signed-rank test", () => {
  // Hollander and Wolfe (1973), table 3.1: depression scale factor of nine patients.
  const first = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

  it("gives the published result of Hollander and Wolfe's example", () => {
    const test = signedRankTest(first, second);
    expect(test).toMatchObject({ pairs: 9, positiveRanks: 40, isExact: true });
    expect(test.p).toBeCloseTo(0.0390625, 12);
    expect(signedRankTest(second, first).p).toBeCloseTo(test.p, 12);
    expect(test.effect).toBeCloseTo(35 / 45, 12);
  });

  it("has the critical values of Wilcoxon's table: n = 10, two-sided 5 %, W = 8", () => {
    // Ranks 1, 2 and 5 negative sum to 8; 1, 3 and 5 to 9.
    const signed = (negative: readonly number[]): number[] =>
      Array.from({ length: 10 }, (_, i) => (negative.includes(i + 1) ? -(i + 1) : i + 1));
    const zeros = new Array<number>(10).fill(0);
    expect(signedRankTest(signed([1, 2, 5]), zeros).p).toBeLessThanOrEqual(0.05);
    expect(signedRankTest(signed([1, 3, 5]), zeros).p).toBeGreaterThan(0.05);
  });

  it("enumerates the permutations given the ties", () => {
    const differences = [1, 1, 2, -1, 3, 3, -2, 4, 5, -1];
    const zeros = differences.map(() => 0);
    // All 2^10 sign patterns, counted by an independent program.
    expect(signedRankTest(differences, zeros)).toMatchObject({ positiveRanks: 44.5 });
    expect(signedRankTest(differences, zeros).p).toBeCloseTo(0.09765625, 12);
  });

  it("agrees with SciPy above 50 pairs, zeros left out, ties corrected", () => {
    // biome-ignore format: data
    const differences = [
      0.6, 1.1, 0.6, -1, 1.2, 0.7, -0.2, 0.9, 0.7, 0.6, 0.3, 0.8, -0.4, 0.1, -0.2, 0.9, 0.3, 0, -0.5,
      0, 0.3, 0, 1.6, 1.3, -2.4, -1.6, 0.1, -0.1, 0.5, 0.5, 2.4, -0.8, -0.1, 2.3, 0.9, 1, -0.2, -1.3,
      0.5, 0.4, -0.9, -0.4, 0.2, -0.6, 0.2, 0.4, 0.3, -0.2, 0.9, 1.2, 0.6, -0.5, 1, -0.2, 1.2, -0.8,
      1.2, 0.3, -0.9, 0,
    ];
    const test = signedRankTest(differences, new Array(differences.length).fill(0));
    expect(test).toMatchObject({ pairs: 56, isExact: false });
    expect(test.p).toBeCloseTo(0.016028164070130677, 9);
  });

  it("says nothing about pairs that are all equal", () => {
    expect(signedRankTest([1, 2], [1, 2])).toMatchObject({ pairs: 0, p: 1 });
  });

  it("gives ties the mean of their ranks", () => {
    expect(midRanks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  });
});

describe("run sizing", () => {
  it.each([
    [50, 95, 5, 6],
    [10, 95, 29, 29],
    [90, 95, 29, 29],
    [25, 95, 11, 11],
    [5, 95, 59, 59],
    [10, 99, 44, 44],
    [99, 99, 459, 459],
  ])("of percentile %d at %d %% is TriScale's", (percentile, confidence, one, two) => {
    expect(experimentSizing(percentile, confidence)).toEqual({ oneSided: one, twoSided: two });
  });

  it("with the three worst runs thrown away is TriScale's 97 for the 10th percentile at 99 %", () => {
    expect(experimentSizing(10, 99, 3).oneSided).toBe(97);
  });

  it("refuses what is no percentile", () => {
    expect(() => experimentSizing(100, 95)).toThrow(/percentile/);
  });

  it("is the number from which a variability score exists", () => {
    const { oneSided } = experimentSizing(25, 95);
    const values = Array.from({ length: oneSided }, (_, index) => index);
    expect(variability(values.slice(1))).toBeNull();
    expect(variability(values)).toMatchObject({ low: 0, high: oneSided - 1 });
  });
});

describe("intervals", () => {
  it("leave out windows without a reply instead of counting them as 0", () => {
    const plain = meanInterval([10, 12, 14]);
    expect(meanInterval([10, Number.NaN, 12, 14])).toEqual(plain);
    expect(plain.value).toBe(12);
    expect(plain.high).toBeCloseTo(12 + (4.302652729911275 * 2) / Math.sqrt(3), 9);
  });

  it("cover a known mean in about 95 % of trials", () => {
    const rng = createRng(4);
    let byT = 0;
    let byBootstrap = 0;
    for (let trial = 0; trial < 100; trial++) {
      const values = Array.from({ length: 40 }, () => 5 + rng.normal());
      const t = meanInterval(values);
      const drawn = pairedDifference(
        values,
        values.map(() => 0),
        { resamples: 300, seed: trial },
      );
      if (t.low <= 5 && t.high >= 5) byT++;
      if (drawn.low <= 5 && drawn.high >= 5) byBootstrap++;
    }
    // 100 trials: 95 ± 2.2; five standard deviations.
    expect(byT).toBeGreaterThan(84);
    expect(byBootstrap).toBeGreaterThan(82);
  });

  it("of a bootstrap repeat with their seed", () => {
    const statistic = (units: Int32Array): number => units[0] as number;
    expect(bootstrap(20, statistic, { seed: 3 })).toEqual(bootstrap(20, statistic, { seed: 3 }));
  });

  it("of a ratio of paired values are narrower than the scatter they share", () => {
    const rng = createRng(9);
    const weather = Array.from({ length: 50 }, () => 100 * Math.exp(rng.normal()));
    const half = weather.map((value) => value * (0.5 + 0.01 * rng.normal()));
    const ratio = pairedRatio(half, weather);
    expect(ratio.low).toBeGreaterThan(0.48);
    expect(ratio.high).toBeLessThan(0.52);
  });
});
