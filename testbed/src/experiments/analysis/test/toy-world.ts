import { createRng } from "@fogwot/core";
import type { RunLog } from "../../run-log";
import type { World } from "../../world";

/** A link that never changes, or changes once. */
export interface ToyLink {
  readonly p: number;
  readonly meanMs: number;
  /** From this slot on the link is `after`. */
  readonly changesAt?: number;
  readonly after?: { readonly p: number; readonly meanMs: number };
}

/** Known p and mean per device, RTTs uniform within ±20 %: every truth is exact. */
export function toyWorld(links: readonly ToyLink[], slots: number, seed = 1): World {
  const at = (slot: number, d: number): { p: number; meanMs: number } => {
    const link = links[d] as ToyLink;
    return link.after && slot >= (link.changesAt ?? 0) ? link.after : link;
  };
  const drawn = links.map((_, d) => {
    const rng = createRng(seed, "toy", String(d));
    return Float64Array.from({ length: slots }, (_, index) => {
      const { p, meanMs } = at(index + 1, d);
      const isOk = rng.chance(p);
      const rttMs = meanMs * (0.8 + 0.4 * rng.next());
      return isOk ? rttMs : Number.NaN;
    });
  });
  return {
    seed,
    slots,
    devices: links.map((_, d) => ({
      id: `d${d}`,
      wsn: `n${d % 2}`,
      energyMj: 10 + d,
      batteryMj: null,
      position: null,
    })),
    rttMs: (slot, d) => drawn[d]?.[slot - 1] ?? Number.NaN,
    truth: (slot, d, _timeoutMs, out) => {
      out[0] = at(slot, d).p;
      out[1] = at(slot, d).meanMs;
    },
  };
}

export interface ToyPick {
  readonly device: number;
  readonly propensity?: number;
  readonly explore?: number;
}

/** A run whose picks the test names, slot by slot. */
export function toyLog(
  world: World,
  policy: string,
  pick: (slot: number) => readonly ToyPick[],
  timeoutMs = 500,
): RunLog {
  const rows = Array.from({ length: world.slots }, (_, index) =>
    pick(index + 1).map((one, k) => ({ ...one, slot: index + 1, k })),
  ).flat();
  const numbers = (value: (row: (typeof rows)[number]) => number): Float64Array =>
    Float64Array.from(rows, value);
  const rttMs = numbers(({ slot, device }) => world.rttMs(slot, device));
  return {
    run: "toy",
    policy,
    seed: world.seed,
    slots: world.slots,
    m: Math.max(...rows.map(({ k }) => k + 1)),
    timeoutMs,
    intervalMs: 1000,
    binding: "virtual",
    devices: world.devices,
    count: rows.length,
    slot: Int32Array.from(rows, ({ slot }) => slot),
    k: Int32Array.from(rows, ({ k }) => k),
    device: Int32Array.from(rows, ({ device }) => device),
    explore: Int8Array.from(rows, ({ explore }) => explore ?? -1),
    eps: numbers(() => Number.NaN),
    propensity: numbers(({ propensity }) => propensity ?? Number.NaN),
    ok: Uint8Array.from(rttMs, (rtt) => (Number.isNaN(rtt) ? 0 : 1)),
    rttMs,
    reward: numbers(() => Number.NaN),
    qAfter: numbers(() => Number.NaN),
    energyMj: numbers(({ device }) => world.devices[device]?.energyMj ?? Number.NaN),
  };
}
