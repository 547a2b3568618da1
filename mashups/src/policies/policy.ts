import type { Rng } from "@fogwot/core/base";

/**
 * A sensing policy: which M devices to ask in the next time-slot.
 *
 * Pure: no I/O, no timer, no chance but the generator handed in, so that the same code runs in
 * virtual and in real time. Devices are dense integer handles; a policy never learns a device's
 * name or radio, only an opaque group.
 */
export interface Policy {
  /**
   * A device joins.
   * @param group opaque number shared by devices of one sensor network
   * @param facts what is known of it, for policies that weigh energy or coverage
   */
  join(group: number, facts?: DeviceFacts): number;
  /** Facts that changed: a battery that drained. */
  update?(handle: number, facts: DeviceFacts): void;
  /** A device is gone; its handle may be given to another later. */
  leave(handle: number): void;
  /**
   * Writes min(m, devices) distinct handles and returns how many.
   * @param slot 1-based
   * @param meta filled in where the policy knows it
   */
  select(slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number;
  /**
   * What became of the slot's requests, all at once: they were concurrent.
   * @param ok 1 for a reply in time, 0 for a loss
   * @param rttMs round-trip time of each reply; unspecified for a loss
   */
  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void;
  /** Reward of one outcome; null where the policy gives none (P0; P1 on a loss). */
  reward?(ok: boolean, rttMs: number): number | null;
  /** The policy's present value of a device (Q). */
  value?(handle: number): number;
  /**
   * What was learnt of the links, in no policy's unit, for the policy that replaces this one; plain
   * JSON, devices by handle. Absent: this policy keeps no such model.
   */
  linkModel?(): unknown;
  /**
   * Starts from what another policy learnt, after all devices have joined with the same handles.
   * @returns false when the model is of another kind; the policy then starts from nothing
   */
  adopt?(linkModel: unknown): boolean;
  /** The whole learning state, as plain JSON. */
  snapshot(): unknown;
  /** @throws PolicyStateError when the snapshot is not this policy's */
  restore(snapshot: unknown): void;
}

/** What a mash-up may know of a device beyond its answers. Absent: unknown. */
export interface DeviceFacts {
  /** Energy of one getData, mJ. */
  readonly energyMj?: number;
  /** Energy left, mJ; Infinity for mains power. */
  readonly batteryMj?: number;
  /** Place in the unit square. */
  readonly position?: { readonly x: number; readonly y: number };
}

/** What a policy can say about its picks, index by index of `out`. */
export interface SelectionMeta {
  /** 1 where the pick explored. */
  readonly explore: Uint8Array;
  /** Probability of the pick given the earlier picks and the drawn ranking; NaN where unknown. */
  readonly propensity: Float64Array;
  /** ε of the slot; NaN for a policy without. */
  epsilon: number;
}

export interface PolicyContext {
  readonly rng: Rng;
  /** t_timeout of the mash-up, unscaled ms. */
  readonly timeoutMs: number;
  /**
   * Only in virtual time, for the oracle that others are measured against: writes delivery
   * probability and mean RTT (ms) of a device's link in a slot. No other policy may use it.
   */
  readonly truth?: (slot: number, handle: number, out: Float64Array) => void;
}

/** One folder of `policies/`, or an author's own file, exports this as `policy`. */
export interface PolicyDefinition<Parameters extends object = Record<string, unknown>> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema with a default for every parameter. */
  readonly parameters: object;
  /**
   * Real time that one `select` or `observe` may take, ms: five times as long counts as a hang.
   * Absent: 250 ms, or five times what it has taken so far.
   */
  readonly budgetMs?: number;
  create(parameters: Parameters, context: PolicyContext): Policy;
}

export function selectionMeta(capacity: number): SelectionMeta {
  return {
    explore: new Uint8Array(capacity),
    propensity: new Float64Array(capacity),
    epsilon: Number.NaN,
  };
}
