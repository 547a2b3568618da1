import { describe, expect, it } from "@jest/globals";
import { ensembleConvergence, mostAsked, poolRuns } from "./ensemble";
import { ageOf, convergenceSlot, energyOf, pdrOf, rttOf, utilisationOf } from "./metrics";
import { objectiveNamed, regretOf, regretRatio, slotUnderRandom, totalRegret } from "./regret";
import { trackOf, windowsOf } from "./run-track";
import { toyLog, toyWorld } from "./test/toy-world";

describe("metrics", () => {
  const world = toyWorld(
    [
      { p: 1, meanMs: 100 },
      { p: 0, meanMs: 50 },
      { p: 1, meanMs: 40 },
    ],
    100,
  );

  it("of a window without a reply have no RTT, and never count as 0 in a longer one", () => {
    // Slots 1–10 ask the dead device only.
    const track = trackOf(toyLog(world, "T", (slot) => [{ device: slot <= 10 ? 1 : 0 }]));
    expect(rttOf(track, { from: 1, to: 10 })).toBeNaN();
    expect(pdrOf(track, { from: 1, to: 10 })).toBe(0);
    expect(rttOf(track, { from: 1, to: 100 })).toBe(rttOf(track, { from: 11, to: 100 }));
    expect(rttOf(track, { from: 1, to: 100 })).toBeGreaterThan(90);
  });

  it("count the slots that asked a device, whatever it answered", () => {
    const track = trackOf(toyLog(world, "T", (slot) => [{ device: slot % 2 }, { device: 2 }]));
    expect([...utilisationOf(track, { from: 1, to: 100 })].map((one) => +one.toFixed(9))).toEqual([
      0.5, 0.5, 1,
    ]);
    expect(energyOf(track, { from: 1, to: 100 })).toBeCloseTo(0.5 * 10 + 0.5 * 11 + 12, 9);
  });

  it("age a device from the slot it was last heard in", () => {
    const both = trackOf(toyLog(world, "T", () => [{ device: 0 }, { device: 2 }]));
    // Devices 0 and 2 are always fresh, the dead one is as old as the run.
    expect(ageOf(both, { from: 1, to: 100 })).toBeCloseTo(50.5 / 3, 9);
  });

  it("cut a run into whole windows", () => {
    expect(windowsOf(9050, 100)).toHaveLength(90);
    expect(windowsOf(9050, 100)[30]).toEqual({ from: 3001, to: 3100 });
  });
});

describe("convergence", () => {
  const columns = { above: [0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1], below: new Array(12).fill(1) };

  it("is the first slot whose trailing value is near the plateau", () => {
    expect(convergenceSlot(columns, { trailing: 2, plateau: 1 })).toBe(5);
  });

  it("with a hold is the first slot from which it stays near", () => {
    expect(convergenceSlot(columns, { trailing: 1, plateau: 1, hold: 4 })).toBe(4);
    expect(convergenceSlot(columns, { trailing: 2, plateau: 1, hold: 4 })).toBeNull();
  });

  it("does not take a window without replies for a value", () => {
    const silent = { above: [0, 0, 5], below: [0, 0, 1] };
    expect(convergenceSlot(silent, { trailing: 1, plateau: 5 })).toBe(3);
  });

  it("over an ensemble is that of the pooled runs", () => {
    const world = (seed: number) =>
      toyWorld(
        [
          { p: 1, meanMs: 100 },
          { p: 1, meanMs: 20 },
        ],
        300,
        seed,
      );
    const tracks = [1, 2, 3].map((seed) =>
      trackOf(toyLog(world(seed), "T", (slot) => [{ device: slot <= 40 ? 0 : 1 }])),
    );
    const pooled = poolRuns(tracks);
    expect(mostAsked(pooled, 1, { from: 101, to: 300 })).toEqual([1]);
    const settled = ensembleConvergence(pooled, 1, { from: 101, to: 300 });
    // The trailing window of 10 slots lies wholly behind the change from slot 50 on.
    expect(settled.best).toBe(50);
    expect(settled.rtt).toBeGreaterThanOrEqual(49);
    expect(settled.rtt).toBeLessThanOrEqual(52);
  });
});

describe("regret", () => {
  const world = toyWorld(
    [
      { p: 0.9, meanMs: 100 },
      { p: 0.3, meanMs: 50, changesAt: 51, after: { p: 1, meanMs: 50 } },
      { p: 0.8, meanMs: 200 },
    ],
    100,
  );
  const always = (device: number) => trackOf(toyLog(world, "T", () => [{ device }]));

  it("is the oracle's value less that of the picks, by marginal figures", () => {
    const pdr = regretOf(always(0), world, "pdr");
    expect(pdr.regret[0]).toBe(0);
    expect(pdr.regret[99]).toBeCloseTo(0.1, 12);
    expect(totalRegret(pdr)).toBeCloseTo(50 * 0.1, 9);
    // cost = p·RTT + (1 − p)·T with T = 500: 140, 365 then 50, 260.
    const cost = regretOf(always(2), world, "cost");
    expect(cost.regret[0]).toBeCloseTo(120, 9);
    expect(cost.regret[99]).toBeCloseTo(210, 9);
    expect(regretOf(always(1), world, "delay").regret[0]).toBe(0);
  });

  it("of random choice is what enumeration gives", () => {
    expect(regretOf(always(0), world, "pdr").random[0]).toBeCloseTo(
      0.9 - (0.9 + 0.3 + 0.8) / 3,
      12,
    );
  });

  it("of the oracle itself is 0 in every slot, also after the change", () => {
    const oracle = trackOf(toyLog(world, "O", (slot) => [{ device: slot <= 50 ? 0 : 1 }]));
    expect(Math.max(...regretOf(oracle, world, "pdr").regret)).toBe(0);
  });

  it("is not charged for a device that left", () => {
    const left = { ...world, membership: [{ slot: 11, device: 0, isPresent: false }] };
    const { regret, random } = regretOf(always(2), left, "pdr");
    expect(regret[9]).toBeCloseTo(0.1, 12);
    expect(regret[10]).toBe(0);
    expect(random[10]).toBeCloseTo(0.8 - (0.3 + 0.8) / 2, 12);
  });

  it("stays under a tenth of random's from the slot on that t10 names", () => {
    const learner = trackOf(
      toyLog(world, "L", (slot) => [{ device: slot % 7 === 1 && slot < 30 ? 2 : 0 }]),
    );
    expect(slotUnderRandom([regretOf(learner, world, "pdr")], { hold: 10 })).toBe(30);
    expect(slotUnderRandom([regretOf(always(2), world, "pdr")])).toBeNull();
  });

  it("ratio is paired over the seeds", () => {
    const ratio = regretRatio([1, 2, 3, 4], [10, 20, 30, 40]);
    expect(ratio).toEqual({ value: 0.1, low: 0.1, high: 0.1 });
  });

  it("knows its objectives by name, rtt being delay", () => {
    expect(objectiveNamed("rtt")).toBe("delay");
    expect(() => objectiveNamed("speed")).toThrow(/one of delay, pdr, cost/);
  });
});
