import { beforeAll, describe, expect, it } from "@jest/globals";
import { loadExperiment } from "./load-experiment";
import { playSeed } from "./play-seed";
import type { RunLog } from "./run-log";

/** Figures of slots from…to of one run: RTT over all replies, PDR over all requests, utilisation. */
function figures(log: RunLog, from: number, to: number) {
  const asked = log.devices.map(() => 0);
  let [requests, replies, sumMs] = [0, 0, 0];
  for (let i = 0; i < log.count; i++) {
    const slot = log.slot[i] as number;
    if (slot < from || slot > to) continue;
    const d = log.device[i] as number;
    asked[d] = (asked[d] as number) + 1;
    requests++;
    if (log.ok[i] !== 1) continue;
    replies++;
    sumMs += log.rttMs[i] as number;
  }
  const [w1 = 0, w2 = 0, w3 = 0, ble = 0, z1 = 0, z2 = 0, z3 = 0] = asked.map(
    (count) => count / (to - from + 1),
  );
  return {
    rtt: sumMs / replies,
    pdr: replies / requests,
    wifi: (w1 + w2 + w3) / 3,
    ble,
    zigbee: (z1 + z2 + z3) / 3,
  };
}

/** First slot from which the trailing 100-slot RTT is within 5 % of the plateau. */
function convergence(log: RunLog, plateauMs: number): number {
  const replies = new Float64Array(log.slots + 1);
  const sums = new Float64Array(log.slots + 1);
  for (let i = 0; i < log.count; i++) {
    if (log.ok[i] !== 1) continue;
    const slot = log.slot[i] as number;
    replies[slot] = (replies[slot] as number) + 1;
    sums[slot] = (sums[slot] as number) + (log.rttMs[i] as number);
  }
  let [count, sum] = [0, 0];
  for (let slot = 1; slot <= log.slots; slot++) {
    count += (replies[slot] as number) - (replies[slot - 100] ?? 0);
    sum += (sums[slot] as number) - (sums[slot - 100] ?? 0);
    if (slot >= 100 && Math.abs(sum / count / plateauMs - 1) <= 0.05) return slot;
  }
  return log.slots;
}

type Figures = ReturnType<typeof figures>;

function mean(all: readonly Figures[], of: keyof Figures): number {
  return all.reduce((sum, one) => sum + one[of], 0) / all.length;
}

const PLATEAU = [1_001, 3_000] as const;
/** Segments of the run that switches policies, and the label of the run each is held against. */
const SEGMENTS = [
  ["P1", 0],
  ["P2", 3_000],
  ["P3", 6_000],
] as const;

/** reference/policies.md section 3.1, strict, N = 50. */
const BANDS: Readonly<Record<string, Partial<Record<keyof Figures, readonly [number, number]>>>> = {
  P1: {
    rtt: [73.9, 76.4],
    pdr: [0.348, 0.363],
    wifi: [0.899, 0.923],
    ble: [0.091, 0.131],
    zigbee: [0.044, 0.06],
  },
  P2: {
    rtt: [136.1, 137.8],
    pdr: [0.93, 0.94],
    wifi: [0.053, 0.068],
    ble: [0.351, 0.415],
    zigbee: [0.797, 0.827],
  },
  P3: {
    rtt: [134.2, 135.8],
    pdr: [0.921, 0.932],
    wifi: [0.061, 0.078],
    ble: [0.498, 0.56],
    zigbee: [0.74, 0.769],
  },
};

const whole = new Map<string, Figures[]>();
const plateau = new Map<string, Figures[]>();
const switched = new Map<string, Figures[]>();
const converged: number[] = [];

function add(map: Map<string, Figures[]>, label: string, value: Figures): void {
  map.set(label, [...(map.get(label) ?? []), value]);
}

describe("the paper's experiment, 50 seeds", () => {
  beforeAll(() => {
    const experiment = loadExperiment("paper");
    for (let seed = 1; seed <= 50; seed++) {
      for (const log of playSeed(experiment, seed)) {
        if (log.policy === "SWITCH") {
          for (const [label, after] of SEGMENTS) {
            add(switched, label, figures(log, after + PLATEAU[0], after + PLATEAU[1]));
          }
          continue;
        }
        add(whole, log.policy, figures(log, 1, 3_000));
        const steady = figures(log, ...PLATEAU);
        add(plateau, log.policy, steady);
        if (log.policy === "P1") converged.push(convergence(log, steady.rtt));
      }
    }
  });

  const of = (map: Map<string, Figures[]>, label: string, key: keyof Figures) =>
    mean(map.get(label) ?? [], key);

  const cases = Object.entries(BANDS).flatMap(([label, bands]) =>
    Object.entries(bands).map(([key, [low, high]]) => [label, key, low, high] as const),
  );

  it.each(cases)("%s has its plateau's %s in %d…%d", (label, key, low, high) => {
    const value = of(plateau, label, key as keyof Figures);
    expect(value).toBeGreaterThanOrEqual(low);
    expect(value).toBeLessThanOrEqual(high);
  });

  it.each(cases)(
    "the segment %s of the switch run has its plateau's %s in %d…%d",
    (label, key, low, high) => {
      const value = of(switched, label, key as keyof Figures);
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
    },
  );

  it("has P0 and P1 in their bands over all slots, and P1 converged when the reference says", () => {
    expect(of(whole, "P0", "rtt")).toBeGreaterThan(119.9);
    expect(of(whole, "P0", "rtt")).toBeLessThan(121.2);
    expect(of(whole, "P0", "pdr")).toBeGreaterThan(0.671);
    expect(of(whole, "P0", "pdr")).toBeLessThan(0.682);
    expect(of(whole, "P1", "rtt")).toBeGreaterThan(74.7);
    expect(of(whole, "P1", "rtt")).toBeLessThan(76.8);
    const slot = converged.reduce((sum, one) => sum + one, 0) / converged.length;
    expect(slot).toBeGreaterThan(115);
    expect(slot).toBeLessThan(158);
  });

  it("orders the policies as the paper does: RTT and PDR of P1 < P0 < P3 < P2", () => {
    for (const key of ["rtt", "pdr"] as const) {
      const values = ["P1", "P0", "P3", "P2"].map((label) => of(whole, label, key));
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
    const ratio = of(plateau, "P1", "rtt") / of(plateau, "P0", "rtt");
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(0.66);
  });
});
