import path from "node:path";
import { ConfigError, packageRoot } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import type { ChannelInput } from "./channel";
import { createWorld } from "./draw-world";
import { loadChannel } from "./load-channel";
import { listScenarios } from "./scenario";
import type { World } from "./world";

const paper = loadChannel(
  path.join(packageRoot(__dirname), "experiments", "channels", "paper.yaml"),
);
const column = (world: World, d: number): number[] =>
  Array.from({ length: world.slots }, (_, index) => world.rttMs(index + 1, d));

const link = { baseMs: 40, medianMs: 10, sigma: 0.5, filter: 0.2 };
const two: ChannelInput = {
  devices: [
    { id: "a", wsn: "x", ...link },
    { id: "b", wsn: "x", ...link },
  ],
};

describe("createWorld", () => {
  it("draws the same world for the same seed, and another for the next", () => {
    const draw = (seed: number) => column(createWorld({ channel: paper, seed, slots: 50 }), 4);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("has the delivery and the mean round trip of the reference's table", () => {
    const expected = [
      [48.1, 0.2976],
      [52.4, 0.2976],
      [74.4, 0.2976],
      [109.3, 0.9091],
      [140.8, 0.9794],
      [142.8, 0.9794],
      [144.8, 0.9794],
    ] as const;
    const world = createWorld({ channel: paper, seed: 3, slots: 60_000 });
    const out = new Float64Array(2);
    for (const [d, [meanMs, p]] of expected.entries()) {
      world.truth(1, d, 500, out);
      expect(out[0]).toBeCloseTo(p, 4);
      expect(out[1]).toBeCloseTo(meanMs, 1);
      const delivered = column(world, d).filter((rttMs) => !Number.isNaN(rttMs));
      expect(Math.abs(delivered.length / world.slots - p)).toBeLessThan(0.01);
      const drawnMs = delivered.reduce((sum, rttMs) => sum + rttMs, 0) / delivered.length;
      expect(Math.abs(drawnMs - meanMs)).toBeLessThan(0.5);
    }
  });

  it("leaves every other device as it was when one is changed, and its own earlier slots", () => {
    const changes = [{ slot: 30, id: "a", dead: true }];
    const before = createWorld({ channel: loadChannel(two), seed: 1, slots: 100 });
    const after = createWorld({ channel: loadChannel({ ...two, changes }), seed: 1, slots: 100 });
    expect(column(after, 1)).toEqual(column(before, 1));
    expect(column(after, 0).slice(0, 29)).toEqual(column(before, 0).slice(0, 29));
    expect(column(after, 0).slice(29).every(Number.isNaN)).toBe(true);
  });

  it("begins a longer run with the very slots of a shorter one, in every scenario", () => {
    for (const scenario of ["A", "B", "C", "D", "E", "F", "G"]) {
      const draw = (slots: number) => createWorld({ channel: paper, scenario, seed: 5, slots });
      const [short, long] = [draw(1_200), draw(2_500)];
      expect(column(long, 3).slice(0, 1_200)).toEqual(column(short, 3));
    }
  });

  it("keeps the marginal loss and makes bursts ten times longer in scenario G", () => {
    const runs = (scenario: string) => {
      const channel = loadChannel({
        devices: [{ id: "a", wsn: "x", ge: { pGB: 0.1, pBG: 0.5, lossG: 0, lossB: 1 } }],
      });
      const world = createWorld({ channel, scenario, seed: 2, slots: 100_000 });
      const lost = column(world, 0).map(Number.isNaN);
      const bursts = lost.filter((isLost, index) => isLost && !lost[index - 1]).length;
      const losses = lost.filter(Boolean).length;
      return { share: losses / world.slots, length: losses / bursts };
    };
    const [a, g] = [runs("A"), runs("G")];
    expect(Math.abs(g.share - a.share)).toBeLessThan(0.03);
    expect(g.length / a.length).toBeGreaterThan(8);
    expect(g.length / a.length).toBeLessThan(12);
  });

  it("tells the oracle what scenario B did to the links, from the slot on that it says", () => {
    const world = createWorld({ channel: paper, scenario: "B", seed: 1, slots: 3_000 });
    const out = new Float64Array(2);
    const p = (slot: number, d: number): number => {
      world.truth(slot, d, 500, out);
      return out[0] as number;
    };
    expect([p(1_000, 0), p(1_001, 0), p(2_001, 0)].map((x) => x.toFixed(2))).toEqual([
      "0.30",
      "0.94",
      "0.30",
    ]);
    expect([p(2_000, 4), p(2_001, 4), p(2_001, 5), p(1_001, 5)].map((x) => x.toFixed(2))).toEqual([
      "0.49",
      "0.00",
      "0.98",
      "0.49",
    ]);
    world.truth(2_001, 3, 500, out);
    expect(out[1]).toBeCloseTo(2 * 109.34, 0);
  });

  it("agrees with its own truth where links drift, break and change", () => {
    for (const scenario of ["C", "D", "F"]) {
      const out = new Float64Array(2);
      let [expected, got, requests] = [0, 0, 0];
      for (let seed = 1; seed <= 4; seed++) {
        const world = createWorld({ channel: paper, scenario, seed, slots: 2_000 });
        for (let slot = 1; slot <= world.slots; slot++) {
          for (const d of world.devices.keys()) {
            world.truth(slot, d, 500, out);
            expected += out[0] as number;
            requests++;
            if (world.rttMs(slot, d) <= 500) got++;
          }
        }
      }
      expect(Math.abs(got - expected) / requests).toBeLessThan(0.01);
    }
  });

  it("applies the time-out, outliers and samples to the truth as to the draws", () => {
    const cases: ChannelInput[] = [
      { devices: [{ id: "a", wsn: "x", baseMs: 50, medianMs: 60, sigma: 0.8 }] },
      {
        devices: [
          {
            ...{ id: "a", wsn: "x", baseMs: 50, medianMs: 20, sigma: 0.4, rttScale: 1.2 },
            outliers: { p: 0.2, minMs: 100, maxMs: 300 },
          },
        ],
      },
      { rtt: "empirical", devices: [{ id: "a", wsn: "x", samplesMs: [10, 20, 400] }] },
      {
        ...{ rtt: "trace", loss: "trace" },
        devices: [{ id: "a", wsn: "x", traceMs: [10, null, 30, 400] }],
      },
    ];
    const out = new Float64Array(2);
    for (const input of cases) {
      const world = createWorld({ channel: loadChannel(input), seed: 1, slots: 40_000 });
      const inTime = column(world, 0).filter((rttMs) => rttMs <= 150);
      world.truth(1, 0, 150, out);
      expect(inTime.length / world.slots).toBeCloseTo(out[0] as number, 1.7);
      const meanMs = inTime.reduce((sum, rttMs) => sum + rttMs, 0) / inTime.length;
      expect(Math.abs(meanMs - (out[1] as number))).toBeLessThan(1);
    }
  });

  it("refuses a scenario about networks that the channel has not, naming those it has", () => {
    const draw = () => createWorld({ channel: loadChannel(two), scenario: "B", seed: 1, slots: 9 });
    expect(draw).toThrow(ConfigError);
    expect(draw).toThrow(/\/changes\/0\/wsn: got "wifi", wanted something of the channel: x/);
    const unknown = () => createWorld({ channel: paper, scenario: "Z", seed: 1, slots: 9 });
    expect(unknown).toThrow(/got "Z", wanted A, B, C, D, E, F, G/);
    expect(listScenarios()).toHaveLength(7);
  });
});

describe("loadChannel", () => {
  it.each([
    [{ devices: [] }, /\/devices/],
    [{ devices: [{ id: "a", wsn: "x", filter: 1.5 }] }, /\/devices\/0\/filter: got 1.5/],
    [{ devices: [{ id: "a", wsn: "x", delay: 1 }] }, /\/devices\/0\/delay: got 1/],
    [{ devices: [...two.devices, { id: "a", wsn: "y" }] }, /\/devices\/2\/id: got "a"/],
    [{ ...two, changes: [{ slot: 5, id: "c", dead: true }] }, /\/changes\/0\/id: got "c".*a, b/],
    [{ ...two, changes: [{ slot: 0, id: "a", dead: true }] }, /\/changes\/0\/slot: got 0/],
    [{ ...two, rtt: "empirical" }, /\/devices\/0\/samplesMs/],
    [{ ...two, rtt: "trace" }, /\/loss: got "ge", wanted trace/],
  ])("refuses %j with the path of what is wrong", (input, message) => {
    expect(() => loadChannel(input as ChannelInput)).toThrow(message);
  });
});
