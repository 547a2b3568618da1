import path from "node:path";
import { ConfigError, createRng } from "@fogwot/core/base";
import { describe, expect, it } from "@jest/globals";
import {
  createPolicy,
  listPolicies,
  loadPolicy,
  type Policy,
  PolicyNotFoundError,
  PolicyStateError,
  selectionMeta,
} from "./index";

const DEVICES = 7;
const M = 3;
const TIMEOUT_MS = 500;

function make(name: string, parameters: Record<string, unknown> = {}, seed = 1): Policy {
  const context = { rng: createRng(seed, "policy"), timeoutMs: TIMEOUT_MS };
  const policy = createPolicy(loadPolicy(name), parameters, context);
  for (let i = 0; i < DEVICES; i++) policy.join(0);
  return policy;
}

function tell(policy: Policy, handle: number, rttMs: number | null): void {
  const ok = Uint8Array.of(rttMs === null ? 0 : 1);
  policy.observe(Int32Array.of(handle), ok, Float64Array.of(rttMs ?? Number.NaN), 1);
}

/** Replies of one device: RTT in ms, null for a loss (policies' golden vectors). */
const REPLIES = [50, null, 60, 40, null, null, 55];
const GOLDEN = {
  P1: [-35, -35, -52.5, -43.75, -43.75, -43.75, -51.625],
  P2: [0.7, 0.21, 0.763, 0.9289, 0.27867, 0.083601, 0.7250803],
  P3: [-35, -360.5, -150.15, -73.045, -371.9135, -461.57405, -176.972215],
};

describe("Q-values (paper, eq. 2)", () => {
  it.each(Object.entries(GOLDEN))("%s follows its golden vector to 1e-9", (name, golden) => {
    const policy = make(name);
    const q = REPLIES.map((reply) => {
      tell(policy, 4, reply);
      return policy.value?.(4) ?? Number.NaN;
    });
    for (const [i, value] of q.entries()) {
      expect(Math.abs(value - (golden[i] as number))).toBeLessThan(1e-9);
    }
    expect(policy.value?.(3)).toBe(0);
  });

  it("names the reward of an outcome, and none for a loss under P1", () => {
    expect(make("P1").reward?.(true, 50)).toBe(-50);
    expect(make("P1").reward?.(false, Number.NaN)).toBeNull();
    expect(make("P2").reward?.(false, Number.NaN)).toBe(0);
    expect(make("P3").reward?.(false, Number.NaN)).toBe(-TIMEOUT_MS);
  });
});

describe("selection", () => {
  const EXACT = {
    rank: [0.9174, 0.9195, 0.9235, 0.0889, 0.0505, 0.0501, 0.0501],
    best: [0.9994, 0.984, 0.8162, 0.0501, 0.0501, 0.0501, 0.0501],
  };

  it.each(Object.entries(EXACT))(
    "has the exact probabilities for a frozen ranking with fill %s (chi-square, p > 0.001)",
    (fill, expected) => {
      const slots = 100_000;
      const policy = make("P3", { fill, epsilon: 0.1, epsilonMin: 0.1 }, 42);
      for (let d = 0; d < DEVICES; d++) tell(policy, d, 10 * (d + 1));
      const counts = new Array<number>(DEVICES).fill(0);
      const out = new Int32Array(M);
      for (let slot = 1; slot <= slots; slot++) {
        policy.select(slot, M, out);
        for (const handle of out) counts[handle] = (counts[handle] as number) + 1;
      }
      // Picks of one slot are drawn without replacement: the bins' variance is p(1 − p) each.
      const chiSquare = counts.reduce((sum, count, d) => {
        const p = expected[d] as number;
        // The table is rounded to 1e-4: allow for it.
        const off = Math.max(0, Math.abs(count - slots * p) - slots * 0.5e-4);
        return sum + off ** 2 / (slots * p * (1 - p));
      }, 0);
      // 0.999 quantile of chi-square with 7 degrees of freedom.
      expect(chiSquare).toBeLessThan(24.3);
    },
  );

  it("lowers ε to its floor at slot 70 and not before", () => {
    const policy = make("P1");
    const meta = selectionMeta(M);
    const out = new Int32Array(M);
    const epsilon: number[] = [];
    for (let slot = 1; slot <= 80; slot++) {
      policy.select(slot, M, out, meta);
      epsilon.push(meta.epsilon);
    }
    expect(epsilon[0]).toBe(0.8);
    expect(epsilon[68]).toBeCloseTo(0.10082, 5);
    expect(epsilon[69]).toBe(0.1);
  });

  it("gives propensities that are the frequencies of the picks", () => {
    const policy = make("P2", { epsilon: 0.5, psi: 1 }, 9);
    for (let d = 0; d < DEVICES; d++) for (let i = 0; i <= d; i++) tell(policy, d, 1);
    const meta = selectionMeta(M);
    const out = new Int32Array(M);
    let firstIsBest = 0;
    const slots = 20_000;
    for (let slot = 1; slot <= slots; slot++) {
      policy.select(slot, M, out, meta);
      const expected = out[0] === DEVICES - 1 ? 0.5 + 0.5 / 7 : 0.5 / 7;
      expect(meta.propensity[0]).toBeCloseTo(expected, 12);
      if (out[0] === DEVICES - 1) firstIsBest++;
    }
    expect(Math.abs(firstIsBest / slots - (0.5 + 0.5 / 7))).toBeLessThan(0.015);
  });

  it.each(["P0", "P1", "P2", "P3"])("%s never asks a device twice in a slot", (name) => {
    const policy = make(name, {}, 3);
    const out = new Int32Array(M);
    for (let slot = 1; slot <= 2_000; slot++) {
      policy.select(slot, M, out);
      expect(new Set(out).size).toBe(M);
    }
  });

  it.each(["P0", "P1", "P2", "P3"])("%s uses all devices when M exceeds them", (name) => {
    const out = new Int32Array(20);
    expect(make(name).select(1, 20, out)).toBe(DEVICES);
    expect([...out.subarray(0, DEVICES)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("breaks ties at random, so that no device is drained by its place", () => {
    const policy = make("P2", { epsilon: 0, epsilonMin: 0 }, 5);
    const counts = new Array<number>(DEVICES).fill(0);
    const out = new Int32Array(1);
    for (let slot = 1; slot <= 7_000; slot++) {
      policy.select(slot, 1, out);
      counts[out[0] as number] = (counts[out[0] as number] as number) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });

  it("asks an untried device first under P1 and P3: Q0 = 0 is optimistic", () => {
    const policy = make("P1", { epsilon: 0, epsilonMin: 0 });
    for (let d = 0; d < DEVICES - 1; d++) tell(policy, d, 1);
    const out = new Int32Array(1);
    policy.select(1, 1, out);
    expect(out[0]).toBe(DEVICES - 1);
  });
});

describe("P0", () => {
  it("asks each of seven devices equally often: 1286 five times and 1285 twice in 3000 slots", () => {
    const policy = make("P0");
    const counts = new Array<number>(DEVICES).fill(0);
    const out = new Int32Array(M);
    for (let slot = 1; slot <= 3_000; slot++) {
      policy.select(slot, M, out);
      for (const handle of out) counts[handle] = (counts[handle] as number) + 1;
    }
    expect(counts).toEqual([1286, 1286, 1286, 1286, 1286, 1285, 1285]);
  });

  it("keeps its pointer on the next device when another one leaves", () => {
    const policy = make("P0");
    const out = new Int32Array(M);
    policy.select(1, M, out);
    policy.leave(1);
    policy.select(2, M, out);
    expect([...out]).toEqual([3, 4, 5]);
    policy.leave(6);
    policy.select(3, M, out);
    expect([...out]).toEqual([0, 2, 3]);
  });
});

describe("a device that died", () => {
  const shareOfDead = (parameters: Record<string, unknown>): number => {
    const policy = make("P1", { ...parameters }, 11);
    const out = new Int32Array(M);
    let asked = 0;
    for (let slot = 1; slot <= 3_000; slot++) {
      const count = policy.select(slot, M, out);
      const isDead = (handle: number): boolean => handle === 0 && slot > 500;
      const ok = Uint8Array.from(out, (handle) => (isDead(handle) ? 0 : 1));
      const rttMs = Float64Array.from(out, (handle) => 50 + 10 * handle);
      policy.observe(out, ok, rttMs, count);
      if (slot > 1_000 && out.includes(0)) asked++;
    }
    return asked / 2_000;
  };

  it("stays chosen for ever under the paper's P1, as losses teach it nothing", () => {
    expect(shareOfDead({})).toBeGreaterThan(0.85);
  });

  it("is left to exploration with the guard", () => {
    expect(shareOfDead({ deadAfterLosses: 40 })).toBeLessThan(0.1);
  });
});

describe("membership and state", () => {
  it.each(["P0", "P1", "P2", "P3"])("%s gives a freed handle again with a fresh value", (name) => {
    const policy = make(name);
    tell(policy, 2, 80);
    policy.leave(2);
    expect(policy.join(0)).toBe(2);
    if (policy.value) expect(policy.value(2)).toBe(0);
  });

  it.each(["P0", "P1", "P2", "P3"])("%s goes on from a snapshot pick for pick", (name) => {
    const policy = make(name, {}, 77);
    const out = new Int32Array(M);
    const play = (one: Policy, slots: number): number[] => {
      const picks: number[] = [];
      for (let slot = 1; slot <= slots; slot++) {
        const count = one.select(slot, M, out);
        const ok = Uint8Array.from(out, (handle) => handle % 2);
        one.observe(
          out,
          ok,
          Float64Array.from(out, (handle) => handle + slot),
          count,
        );
        picks.push(...out);
      }
      return picks;
    };
    play(policy, 40);
    const copy = make(name, {}, 1);
    copy.restore(JSON.parse(JSON.stringify(policy.snapshot())));
    expect(play(copy, 60)).toEqual(play(policy, 60));
  });

  it("refuses another policy's snapshot: milliseconds are not probabilities", () => {
    expect(() => make("P2").restore(make("P1").snapshot())).toThrow(PolicyStateError);
  });
});

describe("loadPolicy", () => {
  it("finds the folders, by name in any case", () => {
    expect(listPolicies()).toEqual(expect.arrayContaining(["P0", "P1", "P2", "P3"]));
    expect(loadPolicy("p2").name).toBe("P2");
  });

  it("finds a module by path", () => {
    expect(loadPolicy("./p3", __dirname).name).toBe("P3");
    expect(loadPolicy(path.join(__dirname, "p0")).name).toBe("P0");
  });

  it("says what there is when there is no such policy", () => {
    expect(() => loadPolicy("P99")).toThrow(PolicyNotFoundError);
    expect(() => loadPolicy("./ranking", __dirname)).toThrow(PolicyNotFoundError);
  });

  it("names path, got and wanted of a wrong parameter", () => {
    const failure = (() => {
      try {
        make("P1", { alpha: 2 });
      } catch (error) {
        return error as ConfigError;
      }
      return undefined;
    })();
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure?.mismatches).toEqual([{ path: "/alpha", got: 2, wanted: "<= 1" }]);
  });
});
