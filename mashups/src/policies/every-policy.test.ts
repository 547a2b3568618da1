import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ConfigError, createRng, type Rng } from "@fogwot/core/base";
import { describe, expect, it } from "@jest/globals";
import {
  createPolicy,
  listPolicies,
  loadPolicy,
  type Policy,
  PolicyStateError,
  policyParameters,
} from "./index";

const TIMEOUT_MS = 500;

/** Devices of two networks; the truth is that the higher the handle, the better the link. */
function make(name: string, devices: number, seed = 1, parameters = {}): Policy {
  const policy = createPolicy(loadPolicy(name), parameters, {
    rng: createRng(seed, "policy"),
    timeoutMs: TIMEOUT_MS,
    truth: (_slot, handle, out) => {
      out[0] = handle / (handle + 1);
      out[1] = 100 / (handle + 1);
    },
  });
  for (let d = 0; d < devices; d++) join(policy, d);
  return policy;
}

function join(policy: Policy, place: number): number {
  const position = { x: (place % 10) / 10, y: Math.floor(place / 10) / 10 };
  return policy.join(place % 2, { energyMj: 10 + place, batteryMj: 1_000, position });
}

/** Runs slots and gives all picks; every slot is checked to be a set of the devices. */
function play(policy: Policy, m: number, slots: number, world: Rng, live?: Set<number>): number[] {
  const out = new Int32Array(m);
  const ok = new Uint8Array(m);
  const rttMs = new Float64Array(m);
  const picks: number[] = [];
  for (let slot = 1; slot <= slots; slot++) {
    const count = policy.select(slot, m, out);
    const chosen = new Set(out.subarray(0, count));
    if (chosen.size !== count) throw new RangeError(`slot ${slot}: ${out} holds a device twice`);
    for (const handle of chosen) {
      if (live && !live.has(handle)) throw new RangeError(`slot ${slot}: ${handle} has left`);
    }
    for (let k = 0; k < count; k++) {
      const handle = out[k] as number;
      picks.push(handle);
      ok[k] = world.next() < (handle + 1) / (handle + 2) ? 1 : 0;
      rttMs[k] = ok[k] === 1 ? 20 + 100 / (handle + 1) + 10 * world.next() : Number.NaN;
    }
    policy.observe(out, ok, rttMs, count);
  }
  return picks;
}

const world = (): Rng => createRng(5, "world");

describe.each(listPolicies())("policy %s", (name) => {
  it.each([
    [1, 1, 120],
    [7, 3, 120],
    [7, 7, 120],
    [40, 10, 60],
    [300, 30, 20],
    [300, 270, 5],
  ])("asks of %i devices always %i different ones", (devices, m, slots) => {
    expect(play(make(name, devices), m, slots, world())).toHaveLength(slots * m);
  });

  it("asks all when there are fewer than M, and none when there are none", () => {
    expect(play(make(name, 4), 6, 3, world())).toHaveLength(12);
    expect(play(make(name, 0), 6, 3, world())).toHaveLength(0);
  });

  it("repeats itself for a seed", () => {
    const [first, again] = [make(name, 20, 3), make(name, 20, 3)];
    expect(play(first, 5, 200, world())).toEqual(play(again, 5, 200, world()));
  });

  it("goes on from a snapshot pick for pick, with a free handle in it", () => {
    const policy = make(name, 20, 8);
    play(policy, 5, 150, world());
    policy.leave(4);
    play(policy, 5, 50, world());
    const copy = make(name, 0, 99);
    copy.restore(JSON.parse(JSON.stringify(policy.snapshot())));
    expect(play(copy, 5, 150, world())).toEqual(play(policy, 5, 150, world()));
    expect(join(copy, 4)).toBe(4);
  });

  it("asks nobody who left, and those who joined", () => {
    const policy = make(name, 12, 2);
    const live = new Set(Array.from({ length: 12 }, (_, handle) => handle));
    play(policy, 4, 60, world(), live);
    for (const handle of [11, 0, 5, 6]) {
      policy.leave(handle);
      live.delete(handle);
      play(policy, 4, 20, world(), live);
    }
    for (const handle of [0, 5]) {
      expect(join(policy, handle)).toBe(handle);
      live.add(handle);
    }
    expect(join(policy, 6)).toBe(6);
    live.add(6);
    const picks = play(policy, 4, 400, world(), live);
    // These two know, or think they know, that others serve better.
    const asked = ["ORACLE", "P7"].includes(name) ? [] : [0, 5, 6];
    for (const handle of asked) expect(picks).toContain(handle);
  });

  it("lives through a thousand slots without a reply", () => {
    const policy = make(name, 7);
    const out = new Int32Array(3);
    for (let slot = 1; slot <= 1_000; slot++) {
      expect(policy.select(slot, 3, out)).toBe(3);
      policy.observe(out, new Uint8Array(3), new Float64Array(3).fill(Number.NaN), 3);
    }
    expect(play(policy, 3, 50, world())).toHaveLength(150);
  });

  it("refuses a parameter it does not know, with path, got and wanted", () => {
    const definition = loadPolicy(name);
    const wrong = (): unknown => policyParameters(definition, { nonsense: 1 });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/\/nonsense: got 1, wanted/);
  });

  it("describes every parameter, with a default", () => {
    const { properties } = loadPolicy(name).parameters as {
      properties: Record<string, { description?: string; default?: unknown }>;
    };
    for (const property of Object.values(properties)) {
      expect(property.description).toMatch(/\.$/);
      expect(property).toHaveProperty("default");
    }
  });

  it("has a page that names every parameter", () => {
    const file = path.join(__dirname, name.toLowerCase(), "README.md");
    expect(existsSync(file)).toBe(true);
    const page = readFileSync(file, "utf8");
    const { properties } = loadPolicy(name).parameters as { properties: object };
    for (const parameter of Object.keys(properties)) expect(page).toContain(`\`${parameter}\``);
  });

  it("refuses a snapshot that is not its own", () => {
    const other = name === "P0" ? "P1" : "P0";
    const snapshot = make(other, 3).snapshot();
    expect(() => make(name, 3).restore(snapshot)).toThrow(PolicyStateError);
    expect(() => make(name, 3).restore(null)).toThrow(PolicyStateError);
  });
});
