import { describe, expect, it } from "@jest/globals";
import { loadExperiment } from "../load-experiment";
import { parseSwept, sweepExperiments, weightGrid } from "./grid";
import { paretoFront } from "./pareto";
import { runSweep } from "./sweep";

const small = () =>
  loadExperiment({
    name: "small",
    channel: "paper",
    seeds: 3,
    slots: 120,
    policies: ["P0", "P1"],
  });

describe("a sweep's grid", () => {
  it("reads values as numbers, texts or JSON", () => {
    expect(parseSwept("P1.alpha=0.1,0.3")).toEqual({
      policy: "P1",
      name: "alpha",
      values: [0.1, 0.3],
    });
    expect(parseSwept("P1.fill=rank,best").values).toEqual(["rank", "best"]);
    expect(parseSwept("m=2,3")).toMatchObject({ policy: null, name: "m" });
    expect(parseSwept('P5.weights=[{"pdr":1}]').values).toEqual([{ pdr: 1 }]);
    expect(() => parseSwept("alpha=0.1")).toThrow(/POLICY\.parameter/);
  });

  it("holds every combination once, policies that are not swept left out", () => {
    const parts = sweepExperiments(small(), [
      parseSwept("P1.alpha=0.1,0.7"),
      parseSwept("P1.fill=rank,best"),
      parseSwept("m=2,3"),
    ]);
    expect(parts.map(({ experiment }) => experiment.m)).toEqual([2, 3]);
    expect(parts[0]?.policies.map(({ label }) => label)).toEqual([
      "P1 m=2 alpha=0.1 fill=rank",
      "P1 m=2 alpha=0.1 fill=best",
      "P1 m=2 alpha=0.7 fill=rank",
      "P1 m=2 alpha=0.7 fill=best",
    ]);
  });

  it("refuses a parameter that the policy does not have, and takes policies from outside", () => {
    expect(() => sweepExperiments(small(), [parseSwept("P1.speed=1")])).toThrow(/speed/);
    expect(sweepExperiments(small(), [parseSwept("P2.alpha=0.1")])[0]?.policies).toHaveLength(1);
    expect(() => sweepExperiments(small(), [parseSwept("PX.alpha=1")])).toThrow(/PX/);
  });

  it("of weights sums to 1 in every point", () => {
    const { values } = weightGrid("P5", 4);
    expect(values).toHaveLength(35);
    for (const weights of values) {
      const sum = Object.values(weights as object).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });
});

describe("a sweep", () => {
  it("gives every combination the same worlds, so that equal settings have equal figures", async () => {
    const { signal } = new AbortController();
    const swept = [parseSwept("P1.alpha=0.7,0.7,0.1"), parseSwept("P1.fill=rank")];
    // Labels must differ to be told apart: the doubled value is the same label, run twice.
    const { rows } = await runSweep({ experiment: small(), swept, signal });
    expect(rows[0]?.merits.rtt).toEqual(rows[1]?.merits.rtt);
    expect(rows[2]?.merits.rtt?.value).not.toBe(rows[0]?.merits.rtt?.value);
    expect(rows[0]?.merits["regret-cost"]?.value).toBeGreaterThan(0);
  });
});

describe("a Pareto front", () => {
  it("leaves out what another beats in everything, and keeps equals", () => {
    const axes = [
      { name: "rtt", better: "lower" },
      { name: "pdr", better: "higher" },
    ] as const;
    const at = (name: string, rtt: number, pdr: number) => ({ name, values: { rtt, pdr } });
    const front = paretoFront(
      [at("fast", 50, 0.3), at("sure", 140, 0.98), at("both", 50, 0.3), at("bad", 141, 0.97)],
      axes,
    );
    expect(front.map(({ name }) => name)).toEqual(["fast", "sure", "both"]);
  });
});
