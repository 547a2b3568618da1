import { loadPolicy } from "@fogwot/mashups";
import { describe, expect, it } from "@jest/globals";
import { createWorld, loadChannel, runVirtual } from "..";
import { pdrOf } from "../analysis/metrics";
import { trackOf } from "../analysis/run-track";
import { toyLog, toyWorld } from "../analysis/test/toy-world";
import type { RunLog } from "../run-log";
import { DeterministicLogError, offPolicyValue } from "./off-policy";
import { fixedTarget, policyTarget, randomTarget } from "./targets";
import { traceWorld } from "./trace-world";

const LINKS = [
  { p: 0.9, meanMs: 100 },
  { p: 0.3, meanMs: 50 },
  { p: 0.6, meanMs: 80 },
  { p: 0.95, meanMs: 150 },
  { p: 0.5, meanMs: 60 },
];
const SETTINGS = { m: 2, timeoutMs: 500, run: "t" };

function logged(policy: string, seed: number, slots = 3000): RunLog {
  const channel = loadChannel({
    name: "toy",
    devices: LINKS.map(({ p, meanMs }, index) => ({
      id: `d${index}`,
      wsn: "net",
      baseMs: meanMs - 1,
      medianMs: 1,
      sigma: 0,
      filter: 1 - p,
    })),
  });
  const world = createWorld({ channel, seed, slots });
  return runVirtual({ ...SETTINGS, world, policy, seed });
}

describe("off-policy estimates", () => {
  it("cover the true value of a set of devices that the logger hardly ever asked", () => {
    // True PDR of {d1, d4} is 0.4; P2 logs mostly d0 and d3.
    let [ips, snips, dr] = [0, 0, 0];
    const trials = 20;
    for (let seed = 1; seed <= trials; seed++) {
      const log = logged("P2", seed, 1500);
      const { pdr } = offPolicyValue(log, fixedTarget(log, ["d1", "d4"]));
      if (pdr.ips.low <= 0.4 && pdr.ips.high >= 0.4) ips++;
      if (pdr.snips.low <= 0.4 && pdr.snips.high >= 0.4) snips++;
      if (pdr.dr.low <= 0.4 && pdr.dr.high >= 0.4) dr++;
    }
    // 95 % of 20 is 19 ± 1.
    expect(ips).toBeGreaterThanOrEqual(16);
    expect(snips).toBeGreaterThanOrEqual(16);
    expect(dr).toBeGreaterThanOrEqual(16);
  });

  it("are narrower with a model of the links than without", () => {
    const log = logged("P3", 5);
    const { costMs } = offPolicyValue(log, fixedTarget(log, ["d0", "d2"]));
    expect(costMs.dr.high - costMs.dr.low).toBeLessThan(costMs.ips.high - costMs.ips.low);
    // 0.9·100 + 0.1·500 = 140 and 0.6·80 + 0.4·500 = 248.
    expect(costMs.dr.low).toBeLessThan(194);
    expect(costMs.dr.high).toBeGreaterThan(194);
  });

  it("value random choice and a learning policy from the log of another", () => {
    const log = logged("P1", 3);
    const random = offPolicyValue(log, randomTarget(log)).pdr.snips;
    const mean = LINKS.reduce((sum, { p }) => sum + p, 0) / LINKS.length;
    expect(random.low).toBeLessThan(mean);
    expect(random.high).toBeGreaterThan(mean);
    const learner = offPolicyValue(log, policyTarget(log, loadPolicy("P2"), {}, 1)).pdr.dr;
    expect(learner.low).toBeGreaterThan(mean);
  });

  it("refuse the log of a deterministic policy, and say what to log instead", () => {
    const log = logged("P0", 1, 100);
    expect(() => offPolicyValue(log, randomTarget(log))).toThrow(DeterministicLogError);
    expect(() => offPolicyValue(log, randomTarget(log))).toThrow(/Log a policy that explores/);
    const world = toyWorld(LINKS, 10);
    const certain = toyLog(world, "X", () => [{ device: 0, propensity: 1 }]);
    expect(() => offPolicyValue(certain, randomTarget(certain))).toThrow(/certain of every pick/);
  });

  it("refuse a device that is not in the log", () => {
    const log = logged("P1", 1, 10);
    expect(() => fixedTarget(log, ["d9"])).toThrow(/one of d0, d1/);
  });
});

describe("a replayed trace", () => {
  it("gives a device asked in every slot back exactly", () => {
    const world = toyWorld(LINKS, 200);
    const log = toyLog(world, "T", (slot) => [{ device: 0 }, { device: 1 + (slot % 4) }]);
    const replayed = traceWorld({ log, seed: 9 });
    for (let slot = 1; slot <= 200; slot++) {
      expect(replayed.rttMs(slot, 0)).toBe(world.rttMs(slot, 0));
      const asked = 1 + (slot % 4);
      expect(replayed.rttMs(slot, asked)).toBe(world.rttMs(slot, asked));
    }
  });

  it("draws what was not asked from the outcomes nearby, not from the other end of the log", () => {
    const link = { p: 1, meanMs: 50, changesAt: 501, after: { p: 1, meanMs: 300 } };
    const world = toyWorld([link, link], 1000);
    const log = toyLog(world, "T", (slot) => [{ device: slot % 10 === 0 ? 1 : 0 }]);
    const replayed = traceWorld({ log, seed: 1, nearest: 10 });
    for (let slot = 1; slot <= 400; slot++) expect(replayed.rttMs(slot, 1)).toBeLessThan(70);
    for (let slot = 601; slot <= 1000; slot++) expect(replayed.rttMs(slot, 1)).toBeGreaterThan(200);
    const truth = new Float64Array(2);
    replayed.truth(900, 1, 500, truth);
    expect(truth[0]).toBe(1);
    expect(truth[1]).toBeGreaterThan(250);
  });

  it("lets another policy find what it would have found on the recorded site", () => {
    const log = logged("P0", 2);
    const world = traceWorld({ log, seed: 1 });
    const track = trackOf(runVirtual({ ...SETTINGS, world, policy: "P2", seed: 1 }));
    // The best two deliver 0.9 and 0.95; P2 explores a tenth of its picks.
    expect(pdrOf(track, { from: 1001, to: 3000 })).toBeGreaterThan(0.84);
  });

  it("repeats with its seed, and differs with another", () => {
    const log = toyLog(toyWorld(LINKS, 300), "T", (slot) => [{ device: slot % 5 }]);
    const values = (seed: number): number[] => {
      const world = traceWorld({ log, seed });
      return Array.from({ length: 300 }, (_, index) => world.rttMs(index + 1, 0));
    };
    expect(values(1)).toEqual(values(1));
    expect(values(1)).not.toEqual(values(2));
  });

  it("says which device the log knows nothing of", () => {
    const world = toyWorld(LINKS, 10);
    const log = toyLog(world, "T", () => [{ device: 0 }]);
    expect(() => traceWorld({ log, seed: 1 })).toThrow(/d1/);
  });
});
