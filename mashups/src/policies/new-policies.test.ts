import { ConfigError, createRng, type Rng } from "@fogwot/core/base";
import { describe, expect, it } from "@jest/globals";
import { createPolicy, type DeviceFacts, loadPolicy, type Policy } from "./index";

const TIMEOUT_MS = 500;

interface Link {
  readonly pdr: number;
  readonly rttMs: number;
}

function make(name: string, parameters: object, facts: readonly DeviceFacts[], seed = 1): Policy {
  const context = { rng: createRng(seed, "policy"), timeoutMs: TIMEOUT_MS };
  const policy = createPolicy(loadPolicy(name), { ...parameters }, context);
  for (const [d, fact] of facts.entries()) policy.join(d % 2, fact);
  return policy;
}

const nobodyKnows = (devices: number): DeviceFacts[] => Array.from({ length: devices }, () => ({}));

/** Plays slots on links that may change by slot. @returns asked how often, by device */
function play(
  policy: Policy,
  m: number,
  slots: readonly [from: number, to: number],
  linkOf: (slot: number, device: number) => Link,
  rng: Rng,
): number[] {
  const asked: number[] = [];
  const [out, ok, rttMs] = [new Int32Array(m), new Uint8Array(m), new Float64Array(m)];
  for (let slot = slots[0]; slot <= slots[1]; slot++) {
    const count = policy.select(slot, m, out);
    for (let k = 0; k < count; k++) {
      const handle = out[k] as number;
      const link = linkOf(slot, handle);
      asked[handle] = (asked[handle] ?? 0) + 1;
      ok[k] = rng.next() < link.pdr ? 1 : 0;
      rttMs[k] = ok[k] === 1 ? link.rttMs * (0.9 + 0.2 * rng.next()) : Number.NaN;
    }
    policy.observe(out, ok, rttMs, count);
  }
  return asked;
}

const share = (asked: readonly number[], devices: readonly number[]): number =>
  devices.reduce((sum, d) => sum + (asked[d] ?? 0), 0) / asked.reduce((sum, n) => sum + n, 0);

/** 0, 1, 2 fast and lossy; 3, 4, 5 slow and reliable; 6 between. */
const LINKS: readonly Link[] = [
  ...[50, 55, 60].map((rttMs) => ({ pdr: 0.3, rttMs })),
  ...[140, 141, 170].map((rttMs) => ({ pdr: 0.99, rttMs })),
  { pdr: 0.88, rttMs: 75 },
];
const still = (_slot: number, d: number): Link => LINKS[d] as Link;
const BEST = { delay: [0, 1, 2], pdr: [3, 4, 5], "delay+pdr": [3, 4, 6] };

describe.each(["P4", "P5"])("%s", (name) => {
  it.each(Object.entries(BEST))("for %s asks devices %p nearly always", (objective, best) => {
    const policy = make(name, { objective }, nobodyKnows(7));
    play(policy, 3, [1, 100], still, createRng(2));
    expect(share(play(policy, 3, [101, 1_000], still, createRng(3)), best)).toBeGreaterThan(0.8);
  });

  it("changes its objective without learning anew when it adopts the model", () => {
    const before = make(name, { objective: "delay" }, nobodyKnows(7));
    play(before, 3, [1, 600], still, createRng(2));
    const after = make(name, { objective: "pdr" }, nobodyKnows(7), 2);
    expect(after.adopt?.(JSON.parse(JSON.stringify(before.linkModel?.())))).toBe(true);
    expect(share(play(after, 3, [601, 630], still, createRng(3)), [3, 4, 5])).toBeGreaterThan(0.7);
    expect(after.adopt?.({ kind: "another" })).toBe(false);
  });

  it("trades energy for delivery as the weights say", () => {
    const facts = LINKS.map((_, d) => ({ energyMj: [3, 4, 5].includes(d) ? 100 : 1 }));
    const lavish = make(name, { weights: { pdr: 1, energy: 0.1 } }, facts);
    const thrifty = make(name, { weights: { pdr: 1, energy: 2 } }, facts);
    const of = (policy: Policy): number =>
      share(play(policy, 3, [1, 800], still, createRng(3)), [3, 4, 5]);
    expect(of(lavish)).toBeGreaterThan(0.7);
    expect(of(thrifty)).toBeLessThan(0.1);
  });

  it("lets no reading grow older than the limit where every link answers", () => {
    const policy = make(name, { objective: "delay", maxAgeSlots: 8 }, nobodyKnows(20));
    const last = new Map<number, number>();
    let oldest = 0;
    const out = new Int32Array(3);
    for (let slot = 1; slot <= 500; slot++) {
      policy.select(slot, 3, out);
      for (const handle of out) last.set(handle, slot);
      for (let d = 0; d < 20; d++) oldest = Math.max(oldest, slot - (last.get(d) ?? 0));
      const rttMs = Float64Array.from(out, (handle) => 20 + handle);
      policy.observe(out, new Uint8Array(3).fill(1), rttMs, 3);
    }
    expect(oldest).toBeLessThan(8);
  });

  it("names path, got and wanted of a wrong weight", () => {
    const wrong = (): Policy => make(name, { weights: { pdr: -1, speed: 2 } }, []);
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/\/weights\/pdr: got -1, wanted >= 0/);
  });
});

describe("P5", () => {
  it("leaves a device that dies within ten slots, and is back soon after it is", () => {
    const world = (slot: number, d: number): Link =>
      d === 3 && slot > 500 && slot <= 620 ? { pdr: 0, rttMs: 1 } : still(slot, d);
    const policy = make("P5", { objective: "pdr" }, nobodyKnows(7));
    play(policy, 3, [1, 500], world, createRng(2));
    expect(play(policy, 3, [501, 620], world, createRng(3))[3] ?? 0).toBeLessThan(25);
    play(policy, 3, [621, 700], world, createRng(4));
    expect(play(policy, 3, [701, 800], world, createRng(5))[3] ?? 0).toBeGreaterThan(80);
  });

  it("follows links that change places, which CUCB does not", () => {
    const world = (slot: number, d: number): Link => still(slot, slot > 1_000 ? 6 - d : d);
    const after = (name: string): number => {
      const policy = make(name, { objective: "delay+pdr" }, nobodyKnows(7));
      play(policy, 3, [1, 1_000], world, createRng(2));
      return share(play(policy, 3, [1_001, 1_100], world, createRng(3)), [0, 2, 3]);
    };
    expect(after("P5")).toBeGreaterThan(after("CUCB") + 0.2);
    expect(after("P5")).toBeGreaterThan(0.6);
  });
});

describe("P6", () => {
  it("ends all batteries together: first death at slot 6085, against 3731 of P0", () => {
    const energies = [12, 12, 25, 8, 24, 24, 24];
    const facts = energies.map((energyMj) => ({ energyMj, batteryMj: 40_000 }));
    const firstDeath = (name: string): number => {
      const policy = make(name, {}, facts);
      const left = energies.map(() => 40_000);
      const out = new Int32Array(3);
      for (let slot = 1; ; slot++) {
        policy.select(slot, 3, out);
        for (const handle of out) {
          left[handle] = (left[handle] as number) - (energies[handle] as number);
        }
        if (Math.min(...left) < 0) return slot;
        policy.observe(out, new Uint8Array(3), new Float64Array(3), 3);
      }
    };
    expect(Math.abs(firstDeath("P0") - 3_731)).toBeLessThan(10);
    expect(Math.abs(firstDeath("P6") - 6_085)).toBeLessThan(10);
  });
});

describe("P7", () => {
  it("covers more area than the best links do, and than chance", () => {
    const rng = createRng(6);
    const places = Array.from({ length: 50 }, () => ({ x: rng.next() / 2, y: rng.next() }));
    const links = places.map((_, d) => ({ pdr: 0.5 + 0.009 * d, rttMs: 50 }));
    const covered = (name: string): number => {
      const parameters = name === "P4" ? { objective: "pdr" } : {};
      const policy = make(
        name,
        parameters,
        places.map((position) => ({ position })),
      );
      const linkOf = (_slot: number, d: number): Link => links[d] as Link;
      play(policy, 10, [1, 120], linkOf, createRng(7));
      const out = new Int32Array(10);
      policy.select(121, 10, out);
      let area = 0;
      for (let cell = 0; cell < 2_500; cell++) {
        const [x, y] = [((cell % 50) + 0.5) / 50, (Math.floor(cell / 50) + 0.5) / 50];
        let open = 1;
        for (const d of out) {
          const place = places[d] as { x: number; y: number };
          if (Math.hypot(place.x - x, place.y - y) <= 0.2) open *= 1 - (links[d] as Link).pdr;
        }
        area += (1 - open) / 2_500;
      }
      return area;
    };
    const [p7, p4, random] = ["P7", "P4", "RANDOM"].map(covered) as [number, number, number];
    expect(p7).toBeGreaterThan(1.05 * p4);
    expect(p7).toBeGreaterThan(1.1 * random);
  });
});

describe("ORACLE", () => {
  it("is refused on a live site, where nobody knows the links", () => {
    expect(() => make("ORACLE", {}, [])).toThrow(/virtual time/);
  });
});
