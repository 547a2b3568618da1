import { createRng, InputError } from "@fogwot/core";
import { createPolicy, type PolicyDefinition } from "@fogwot/mashups";
import type { RunLog } from "../run-log";

/** What one would like to know the value of, from a log that something else wrote. */
export interface Target {
  readonly name: string;
  /** Devices it would ask in a slot, knowing only what the log says of earlier ones. */
  choose(slot: number): readonly number[];
  /** What the log holds of the slot. */
  learn?(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void;
}

/** Always the same devices. @throws InputError for one that is not in the log */
export function fixedTarget(log: RunLog, ids: readonly string[]): Target {
  const devices = ids.map((id) => {
    const index = log.devices.findIndex((device) => device.id === id);
    if (index >= 0) return index;
    const wanted = `one of ${log.devices.map((device) => device.id).join(", ")}`;
    throw new InputError({ path: "devices", got: id, wanted });
  });
  return { name: ids.join(", "), choose: () => devices };
}

/** M of D at random: every device with the same weight. */
export function randomTarget(log: RunLog): Target {
  const all = log.devices.map((_, index) => index);
  return { name: "random choice", choose: () => all };
}

/**
 * A policy that watches the log: it learns from the outcomes of what was asked, not from its own
 * choices, and is valued by what it would have asked next.
 * @throws ConfigError when the parameters do not fit
 */
export function policyTarget(
  log: RunLog,
  definition: PolicyDefinition,
  parameters: Readonly<Record<string, unknown>>,
  seed: number,
): Target {
  const { timeoutMs, m, devices } = log;
  const rng = createRng(seed, "target", definition.name);
  const policy = createPolicy(definition, parameters, { rng, timeoutMs });
  const networks = [...new Set(devices.map(({ wsn }) => wsn))];
  const handles = devices.map(({ wsn, energyMj, batteryMj, position }) =>
    policy.join(networks.indexOf(wsn), {
      ...(energyMj === null ? {} : { energyMj }),
      ...(batteryMj === null ? {} : { batteryMj }),
      ...(position === null ? {} : { position }),
    }),
  );
  const deviceOf = new Map(handles.map((handle, device) => [handle, device]));
  const out = new Int32Array(m);
  return {
    name: definition.name,
    choose: (slot) => {
      const count = policy.select(slot, m, out);
      return Array.from(out.subarray(0, count), (handle) => deviceOf.get(handle) as number);
    },
    learn: (asked, ok, rttMs, count) => {
      const own = Int32Array.from(asked.subarray(0, count), (device) => handles[device] as number);
      policy.observe(own, ok, rttMs, count);
    },
  };
}
