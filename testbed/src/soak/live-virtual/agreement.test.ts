import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { channelOfSite, createWorld, runVirtual } from "../../experiments";
import { agreements } from "./agreement";
import { figuresOfLog } from "./segment-figures";
import { spikeShare } from "./spikes";

const FACTORY = path.join(__dirname, "../../../sites/factory/site.yaml");
const SLOTS = 120;
const SEEDS = 200;

function runs(policy: string, firstSeed: number, count: number, parameters = {}) {
  const channel = channelOfSite(FACTORY);
  return Array.from({ length: count }, (_, index) => {
    const seed = firstSeed + index;
    const world = createWorld({ channel, seed, slots: SLOTS });
    const of = { m: 3, timeoutMs: 500, seed, run: "test", slots: SLOTS };
    return figuresOfLog(runVirtual({ world, policy, parameters, ...of }));
  });
}

describe("the agreement of live and virtual runs", () => {
  it("takes runs of the same policy for the same, also few of them and short ones", () => {
    for (const policy of ["P0", "P1", "P2", "P3"]) {
      const found = agreements(runs(policy, 10_001, 3), runs(policy, 1, SEEDS));
      expect(found.map(({ figure }) => figure)).toEqual([
        "PDR",
        "utilisation wifi",
        "utilisation zigbee",
        "utilisation ble",
      ]);
      expect(found.filter(({ agrees }) => !agrees)).toEqual([]);
    }
  });

  it("tells another policy, and one that never explores, from the one that was modelled", () => {
    const modelled = runs("P1", 1, SEEDS);
    const greedy = runs("P1", 10_001, 3, { epsilon: 0, epsilonMin: 0 });
    for (const other of [runs("P2", 10_001, 3), greedy]) {
      expect(agreements(other, modelled).some(({ agrees }) => !agrees)).toBe(true);
    }
  });
});

it("replies that a busy machine has kept waiting are told from slow ones of their links", () => {
  const modelled = runs("P0", 1, 50);
  const live = runs("P0", 10_001, 3);
  expect(spikeShare(live, modelled, 0)).toBeLessThan(0.005);
  const kept = live.map((run) => ({
    ...run,
    repliesMs: new Map(
      [...run.repliesMs].map(([device, rtts]) => [
        device,
        rtts.map((rttMs, n) => (n % 20 === 0 ? rttMs + 200 : rttMs)),
      ]),
    ),
  }));
  expect(spikeShare(kept, modelled, 0)).toBeGreaterThan(0.02);
});
