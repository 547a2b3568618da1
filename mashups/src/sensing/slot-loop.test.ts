import { describe, expect, it } from "@jest/globals";
import { loadPolicy, type Policy, type PolicyDefinition, PolicyFaultError } from "../policies";
import type { SlotOutcome } from "./slot";
import { SlotLoop } from "./slot-loop";

const AT = { tVirtualMs: 0, timestampMs: 1_700_000_000_000 };

function loopOf(definition: PolicyDefinition = loadPolicy("P0"), m = 3): SlotLoop {
  const loop = new SlotLoop({
    run: "test",
    seed: 1,
    definition,
    m,
    timeoutMs: 500,
    binding: "http",
  });
  for (let i = 1; i <= 7; i++) loop.join({ id: `d${i}`, wsn: i < 4 ? "wifi" : "zigbee" });
  return loop;
}

const answered = (rttMs: number): SlotOutcome => ({
  ok: true,
  rttMs,
  deviceRttMs: rttMs - 1,
  error: null,
});
const LOST: SlotOutcome = { ok: false, rttMs: null, deviceRttMs: null, error: "DEVICE_TIMEOUT" };

function playSlot(loop: SlotLoop, outcome: SlotOutcome = answered(50)): string[] {
  const requests = loop.begin(AT);
  loop.end(requests.map(() => outcome));
  return requests.map((request) => request.device.id);
}

/** A definition whose policy is the given one, with P0 behind what it does not say. */
function definitionOf(overrides: Partial<Policy>): PolicyDefinition {
  const base = loadPolicy("P0");
  return {
    ...base,
    name: "TEST",
    create: (parameters, context) => {
      const policy = base.create(parameters, context);
      return {
        join: (group) => policy.join(group),
        leave: (handle) => policy.leave(handle),
        select: (slot, m, out, meta) => policy.select(slot, m, out, meta),
        observe: () => undefined,
        snapshot: () => null,
        restore: () => undefined,
        ...overrides,
      };
    },
  };
}

/** Fills every place with the same handle. */
const choosing =
  (handle: number): Policy["select"] =>
  (_slot, m, out) => {
    out.fill(handle);
    return m;
  };

describe("SlotLoop", () => {
  it("numbers slots from 1 and gives one row per request, in the policy's order", () => {
    const loop = loopOf();
    loop.begin(AT);
    const { rows } = loop.end([answered(40), LOST, answered(60)]);
    expect(
      rows.map(({ slot, k, device, wsn, ok, rttMs, error }) => ({
        slot,
        k,
        device,
        wsn,
        ok,
        rttMs,
        error,
      })),
    ).toEqual([
      { slot: 1, k: 0, device: "d1", wsn: "wifi", ok: true, rttMs: 40, error: null },
      { slot: 1, k: 1, device: "d2", wsn: "wifi", ok: false, rttMs: null, error: "DEVICE_TIMEOUT" },
      { slot: 1, k: 2, device: "d3", wsn: "wifi", ok: true, rttMs: 60, error: null },
    ]);
    expect(playSlot(loop)).toEqual(["d4", "d5", "d6"]);
  });

  it("logs reward, Q after the update, ε and propensity of a learning policy", () => {
    const loop = loopOf(loadPolicy("P3"), 1);
    loop.begin(AT);
    const [row] = loop.end([LOST]).rows;
    expect(row).toMatchObject({ policy: "P3", reward: -500, qAfter: -350, eps: 0.8 });
    expect(row?.propensity).toBeGreaterThan(0);
    expect(typeof row?.explore).toBe("boolean");
  });

  it("asks every device when there are fewer than M, and nobody when there is none", () => {
    const loop = loopOf(loadPolicy("P1"), 20);
    expect(playSlot(loop).sort()).toEqual(["d1", "d2", "d3", "d4", "d5", "d6", "d7"]);
    for (let i = 1; i <= 7; i++) loop.leave(`d${i}`);
    expect(playSlot(loop)).toEqual([]);
    expect(loop.slot).toBe(2);
  });

  it("lets an open slot end under the policy and the devices it began with", () => {
    const loop = loopOf();
    const requests = loop.begin(AT);
    loop.replacePolicy({ definition: loadPolicy("P2") });
    loop.leave("d1");
    loop.join({ id: "d8", wsn: "wifi" });
    loop.configure({ m: 5 });
    expect(loop.policy.name).toBe("P2");
    expect(loop.settings.m).toBe(5);
    const { rows } = loop.end(requests.map(() => answered(50)));
    expect(rows.map((row) => [row.policy, row.device])).toEqual([
      ["P0", "d1"],
      ["P0", "d2"],
      ["P0", "d3"],
    ]);
    expect(loop.begin(AT)).toHaveLength(5);
    expect(loop.devices.map((device) => device.id).sort()).toEqual([
      "d2",
      "d3",
      "d4",
      "d5",
      "d6",
      "d7",
      "d8",
    ]);
  });

  it("starts a replaced policy from nothing, without losing a slot number", () => {
    const loop = loopOf(loadPolicy("P1"));
    for (let i = 0; i < 10; i++) playSlot(loop);
    loop.replacePolicy({ definition: loadPolicy("P1"), parameters: { alpha: 0.3 } });
    const requests = loop.begin(AT);
    const { rows } = loop.end(requests.map(() => answered(100)));
    for (const row of rows) expect(row).toMatchObject({ slot: 11, eps: 0.8, qAfter: -30 });
  });

  it("keeps the running policy when the parameters of the next do not fit", () => {
    const loop = loopOf(loadPolicy("P1"));
    const choice = { definition: loadPolicy("P2"), parameters: { alpha: "big" } };
    expect(() => loop.replacePolicy(choice)).toThrow(/alpha/);
    expect(loop.policy.name).toBe("P1");
  });

  it.each([
    ["a handle twice", { select: choosing(1) }],
    ["an unknown handle", { select: choosing(99) }],
    ["too few devices", { select: () => 1 }],
    [
      "an exception",
      {
        select: () => {
          throw new TypeError("oops");
        },
      },
    ],
  ])("refuses a policy that gives %s, and counts no slot", (_what, overrides) => {
    const loop = loopOf(definitionOf(overrides));
    expect(() => loop.begin(AT)).toThrow(PolicyFaultError);
    expect(loop.slot).toBe(0);
  });

  it("keeps the rows of a slot whose policy cannot learn from it", () => {
    const observe = (): void => {
      throw new TypeError("oops");
    };
    const loop = loopOf(definitionOf({ observe }));
    loop.begin(AT);
    const { rows, fault } = loop.end([answered(1), answered(2), answered(3)]);
    expect(rows).toHaveLength(3);
    expect(fault).toBeInstanceOf(PolicyFaultError);
  });

  it.each([
    ["reward", { reward: () => Number.NaN }],
    ["value", { value: () => Number.NaN }],
  ])("tells of a policy whose %s is NaN, and keeps the slot's rows", (what, overrides) => {
    const loop = loopOf(definitionOf(overrides));
    loop.begin(AT);
    const { rows, fault } = loop.end([answered(1), answered(2), answered(3)]);
    expect(rows).toHaveLength(3);
    expect(fault?.message).toContain(`${what} of pick 0 is NaN`);
  });

  it("asks and learns the same by index as request by request", () => {
    const byRequest = loopOf(loadPolicy("P3"));
    const byIndex = loopOf(loadPolicy("P3"));
    for (let slot = 1; slot <= 100; slot++) {
      const requests = byRequest.begin(AT);
      const { rows } = byRequest.end(requests.map(({ k }) => (k === 1 ? LOST : answered(40 + k))));
      const picks = byIndex.open();
      picks.ok.set([1, 0, 1]);
      picks.rttMs.set([40, Number.NaN, 42]);
      const asked = [...picks.handles.subarray(0, 3)].map((handle) => byIndex.deviceOf(handle)?.id);
      expect(byIndex.settle()).toBeUndefined();
      expect(asked).toEqual(rows.map((row) => row.device));
      expect([...picks.value.subarray(0, 3)]).toEqual(rows.map((row) => row.qAfter));
      expect([...picks.reward.subarray(0, 3)]).toEqual(rows.map((row) => row.reward));
    }
  });

  it("hands a link model on, under the same handles though a device has left", () => {
    const adopted: unknown[] = [];
    const joined: number[] = [];
    const left: number[] = [];
    const modelled = (model: unknown): PolicyDefinition => ({
      ...loadPolicy("P0"),
      create(parameters, context) {
        const policy = loadPolicy("P0").create(parameters, context);
        return {
          join: (group) => joined[joined.push(policy.join(group)) - 1] as number,
          leave: (handle) => policy.leave(handle) ?? void left.push(handle),
          select: (slot, m, out, meta) => policy.select(slot, m, out, meta),
          observe: () => undefined,
          linkModel: () => model,
          adopt: (given) => adopted.push(given) > 0,
          snapshot: () => null,
          restore: () => undefined,
        };
      },
    });
    const loop = loopOf(modelled("learnt"));
    loop.leave("d2");
    joined.length = 0;
    left.length = 0;
    loop.replacePolicy({ definition: modelled("next") }, 500, "model");
    expect({ adopted, joined, left }).toEqual({
      adopted: ["learnt"],
      joined: [0, 1, 2, 3, 4, 5, 6],
      left: [1],
    });
    expect(loop.hasAdopted).toBe(true);
    expect(playSlot(loop)).toEqual(["d1", "d3", "d4"]);
    loop.replacePolicy({ definition: modelled("reset") });
    expect(adopted).toHaveLength(1);
    expect(loop.hasAdopted).toBe(false);
  });

  it("chooses the same devices for the same seed", () => {
    const play = (): string[][] => {
      const loop = loopOf(loadPolicy("P1"));
      return Array.from({ length: 200 }, () => playSlot(loop));
    };
    expect(play()).toEqual(play());
  });

  it("keeps what was learnt when its policy is tuned, the draws to come included", () => {
    const [tuned, untouched] = [loopOf(loadPolicy("P1")), loopOf(loadPolicy("P1"))];
    for (let slot = 0; slot < 20; slot++) for (const loop of [tuned, untouched]) playSlot(loop);
    tuned.tune({ epsilonMin: 0.05 });
    expect(tuned.policy.parameters).toMatchObject({ alpha: 0.7, epsilonMin: 0.05 });
    for (let slot = 0; slot < 20; slot++) expect(playSlot(tuned)).toEqual(playSlot(untouched));
    expect(() => tuned.tune({ alpha: 2 })).toThrow(/alpha/);
    expect(tuned.policy.parameters).toMatchObject({ alpha: 0.7 });
  });

  it("values a loss at the new time-out once that is changed, without forgetting the old", () => {
    const loop = loopOf(loadPolicy("P3"), 7);
    const lose = () => {
      const requests = loop.begin(AT);
      return loop.end(requests.map(() => LOST)).rows[0];
    };
    lose();
    loop.begin(AT);
    loop.tune({ alpha: 0.5 }, 300);
    expect(loop.end(Array(7).fill(LOST)).rows[0]).toMatchObject({ reward: -500, qAfter: -455 });
    expect(lose()).toMatchObject({ reward: -300, qAfter: -377.5 });
  });

  it("refuses a pick that the policy left out, which would be one of the slot before", () => {
    let slots = 0;
    const select: Policy["select"] = (_slot, m, out) => {
      for (let k = 0; k < m; k++) if (slots === 0 || k > 0) out[k] = k;
      slots++;
      return m;
    };
    const loop = loopOf(definitionOf({ select }));
    playSlot(loop);
    expect(() => loop.begin(AT)).toThrow(PolicyFaultError);
  });
});
