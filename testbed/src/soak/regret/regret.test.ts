import { expect, it } from "@jest/globals";
import { job as oneSeed } from "./one-seed";
import { job as switchOver } from "./switch-over";

it("P5 regrets less than half of what the paper's policy does, on one seed of a still world too", () => {
  const { pdr } = oneSeed({ scenario: "A", seed: 1, slots: 1_000, objectives: ["pdr"] });
  expect(pdr?.curves.regret).toHaveLength(1_000);
  expect((pdr?.p5 ?? 0) / (pdr?.paper ?? 0)).toBeLessThan(0.5);
  expect(pdr?.p5).toBeGreaterThan(0);
});

it("a switch that keeps the link model regrets less than half of a switch from nothing", () => {
  const seeds = [1, 2, 3, 4].map((seed) => switchOver({ seed, slots: 500 }));
  const sum = (of: "p5" | "paper"): number => seeds.reduce((total, one) => total + one[of], 0);
  expect(sum("p5") / sum("paper")).toBeLessThan(0.5);
});
