import path from "node:path";
import { packageRoot } from "@fogwot/core";
import { loadPolicy, type Policy, type PolicyDefinition } from "@fogwot/mashups/base";
import { describe, expect, it } from "@jest/globals";
import type { ChannelInput } from "./channel";
import { createWorld } from "./draw-world";
import { loadChannel } from "./load-channel";
import type { RunLog } from "./run-log";
import { runVirtual, type VirtualRunOptions } from "./virtual";

const paper = loadChannel(
  path.join(packageRoot(__dirname), "experiments", "channels", "paper.yaml"),
);

function play(options: Partial<VirtualRunOptions>, channel: ChannelInput = paper): RunLog {
  const seed = options.seed ?? 1;
  const slots = options.slots ?? 300;
  const world = createWorld({ channel: loadChannel(channel), seed, slots });
  return runVirtual({
    ...{ world, seed, policy: "P1", m: 3, timeoutMs: 500, run: "test" },
    ...options,
  });
}

/** Devices asked per slot. */
function sets(log: RunLog): string[][] {
  const slots: string[][] = Array.from({ length: log.slots }, () => []);
  for (let i = 0; i < log.count; i++) {
    slots[(log.slot[i] as number) - 1]?.push(log.devices[log.device[i] as number]?.id ?? "?");
  }
  return slots;
}

/** How often each device was asked. */
function counts(asked: string[][]): number[] {
  const byDevice = new Map<string, number>();
  for (const id of asked.flat()) byDevice.set(id, (byDevice.get(id) ?? 0) + 1);
  return [...byDevice.values()];
}

/** P2, with a mistake in it. */
function broken(overrides: (slot: () => number) => Partial<Policy>): PolicyDefinition {
  const base = loadPolicy("P2");
  return {
    ...base,
    name: "BROKEN",
    create(parameters, context) {
      const policy = base.create(parameters, context);
      let slot = 0;
      return {
        join: (group) => policy.join(group),
        leave: (handle) => policy.leave(handle),
        select: (n, m, out, meta) => {
          slot = n;
          return policy.select(n, m, out, meta);
        },
        observe: (...outcome) => policy.observe(...outcome),
        value: (handle) => policy.value?.(handle) ?? 0,
        snapshot: () => null,
        restore: () => undefined,
        ...overrides(() => slot),
      };
    },
  };
}

describe("runVirtual", () => {
  it("gives the same log for the same world and seed", () => {
    expect(play({ policy: "P3" })).toEqual(play({ policy: "P3" }));
  });

  it("asks M distinct devices per slot, and under P0 every device in 3 of any 7 slots", () => {
    for (const policy of ["P0", "P1", "P2", "P3"]) {
      for (const asked of sets(play({ policy }))) expect(new Set(asked).size).toBe(3);
    }
    const asked = sets(play({ policy: "P0", slots: 3_000 }));
    for (let from = 0; from + 7 <= asked.length; from++) {
      expect(counts(asked.slice(from, from + 7))).toEqual(Array(7).fill(3));
    }
    expect(counts(asked).sort()).toEqual([1285, 1285, 1286, 1286, 1286, 1286, 1286]);
  });

  it("counts a reply after the time-out as a loss without a round trip", () => {
    const log = play({ policy: "P0", timeoutMs: 140 });
    for (let i = 0; i < log.count; i++) {
      const isOk = log.ok[i] === 1;
      expect(Number.isNaN(log.rttMs[i])).toBe(!isOk);
      if (isOk) expect(log.rttMs[i]).toBeLessThanOrEqual(140);
    }
    expect(log.ok.includes(1)).toBe(true);
  });

  it("starts a segment's policy from nothing, and says so", () => {
    const segments = [{ fromSlot: 101, policy: "P2" }];
    const log = play({ segments, label: "SWITCH" });
    const at = log.slot.indexOf(101);
    expect(log.policy).toBe("SWITCH");
    expect([log.eps[at - 1], log.eps[at]]).toEqual([0.1, 0.8]);
    expect(log.events).toEqual([
      {
        slot: 101,
        kind: "policy-switched",
        detail: { policy: "P2", carry: "none", hasAdopted: false },
      },
    ]);
  });

  it("keeps every slot before the one in which a policy throws, and says why it ended", () => {
    const select: Policy["select"] = (slot, m, out) => {
      if (slot === 100) throw new TypeError("division by elephant");
      for (let k = 0; k < m; k++) out[k] = (slot + k) % 7;
      return m;
    };
    const log = play({ policy: broken(() => ({ select })) });
    expect({ slots: log.slots, count: log.count }).toEqual({ slots: 99, count: 297 });
    expect(log.events).toMatchObject([
      { slot: 100, kind: "policy-fault", detail: { cause: "division by elephant" } },
    ]);
  });

  it("ends a run whose policy's value becomes NaN, with that slot's rows", () => {
    const log = play({
      policy: broken((slot) => ({ value: () => (slot() < 50 ? 0 : Number.NaN) })),
    });
    expect({ slots: log.slots, count: log.count }).toEqual({ slots: 50, count: 150 });
    expect(log.events?.[0]?.detail.fault).toMatch(/value of pick 0 is NaN/);
  });

  it("ends a run whose policy picks a device twice", () => {
    const select: Policy["select"] = (_slot, m, out) => {
      out.fill(0);
      return m;
    };
    const log = play({ policy: broken(() => ({ select })) });
    expect([log.slots, log.count]).toEqual([0, 0]);
    expect(log.events?.[0]?.detail.fault).toMatch(/handle 0 of pick 1 is doubled/);
  });

  it.each(["P0", "P1", "P2", "P3"])(
    "%s goes on after 1,000 slots without a reply, and not a row is missing",
    (policy) => {
      const changes = paper.devices.flatMap(({ id }) => [
        { slot: 101, id, dead: true },
        { slot: 1_101, id, dead: false },
      ]);
      const log = play({ policy, slots: 1_300 }, { ...paper, changes });
      expect(log.count).toBe(3_900);
      const silence = log.events?.find(({ kind }) => kind === "no-replies");
      expect(silence?.detail.slots).toBeGreaterThanOrEqual(1_000);
      expect(log.ok.subarray(3_300).includes(1)).toBe(true);
      expect(log.qAfter.subarray(0, log.count).every(Number.isFinite)).toBe(policy !== "P0");
    },
  );

  it.each(["P0", "P1", "P2", "P3"])(
    "%s never asks a device that has left, and asks one that came back",
    (policy) => {
      const changes = [
        { slot: 101, id: "ble-1", leave: true } as const,
        { slot: 201, id: "ble-1", join: true } as const,
        { slot: 51, id: "zig-3", join: true } as const,
      ];
      const asked = sets(play({ policy }, { ...paper, changes }));
      const has = (id: string, from: number, to: number) =>
        asked.slice(from - 1, to).some((ids) => ids.includes(id));
      expect(has("ble-1", 1, 100)).toBe(true);
      expect(has("ble-1", 101, 200)).toBe(false);
      expect(has("ble-1", 201, 300)).toBe(true);
      expect(has("zig-3", 1, 50)).toBe(false);
      expect(has("zig-3", 51, 100)).toBe(true);
    },
  );

  it("asks all that are there when fewer than M are left, once told", () => {
    const changes = paper.devices
      .slice(0, 5)
      .map(({ id }) => ({ slot: 10, id, leave: true }) as const);
    const log = play({ slots: 20 }, { ...paper, changes });
    expect(sets(log).map((ids) => ids.length)).toEqual([...Array(9).fill(3), ...Array(11).fill(2)]);
    expect(log.events?.filter(({ kind }) => kind === "coverage-violation")).toEqual([
      { slot: 10, kind: "coverage-violation", detail: { wanted: 3, devices: 2 } },
    ]);
  });

  it("lets a device leave when its energy is spent: its 1,600th request under P0", () => {
    const devices = paper.devices.map((device) => ({ ...device, batteryMj: 40_000 }));
    const log = play({ policy: "P0", slots: 3_800 }, { ...paper, devices });
    expect(log.events).toEqual([
      { slot: 3_732, kind: "battery-empty", detail: { device: "wifi-3" } },
    ]);
  });

  it("shows the true links of every device to the policy that asks for them", () => {
    const seen: number[] = [];
    const base = loadPolicy("P0");
    const policy: PolicyDefinition = {
      ...base,
      create(parameters, context) {
        const out = new Float64Array(2);
        for (const handle of [0, 3, 6]) seen.push(handle);
        const inner = base.create(parameters, context);
        const select: Policy["select"] = (slot, m, picks, meta) => {
          context.truth?.(slot, 3, out);
          seen.push(Math.round((out[0] as number) * 1e4));
          return inner.select(slot, m, picks, meta);
        };
        return Object.assign(Object.create(inner), {
          join: (group: number) => inner.join(group),
          observe: () => undefined,
          select,
        });
      },
    };
    play({ policy, slots: 1 });
    expect(seen.at(-1)).toBe(9_091);
  });

  it.each([
    [{ m: 8 }, /\/m: got 8, wanted at most the 7 devices/],
    [{ m: 0 }, /\/m: got 0/],
    [{ policy: "P9" }, /policy P9 is not known/],
    [{ parameters: { alfa: 1 } }, /\/alfa: got 1/],
    [{ segments: [{ fromSlot: 0, policy: "P2" }] }, /\/segments\/1\/fromSlot/],
  ])("refuses %j before the first slot", (options, message) => {
    expect(() => play(options as Partial<VirtualRunOptions>)).toThrow(message);
  });
});
