import type { DeviceFacts, PolicyDefinition, PolicyFaultError } from "../policies";
import type { OutcomeRow } from "../store";

/** A device as the slot loop knows it. */
export interface SensedDevice {
  readonly id: string;
  /** Name of its sensor network: logged, never shown to a policy. */
  readonly wsn: string;
  /** For policies that weigh energy or coverage. */
  readonly facts?: DeviceFacts;
}

/** One getData to issue in this slot. */
export interface SlotRequest {
  readonly k: number;
  readonly device: SensedDevice;
}

/** What became of a request; times in unscaled ms. */
export interface SlotOutcome {
  readonly ok: boolean;
  /** null on a loss: a late reply is a loss, never an RTT. */
  readonly rttMs: number | null;
  readonly deviceRttMs: number | null;
  /** Code of the error of a loss. */
  readonly error: string | null;
}

export interface PolicyChoice {
  readonly definition: PolicyDefinition;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** When a slot began, on the run's own clock and on the wall's. */
export interface SlotTime {
  readonly tVirtualMs: number;
  readonly timestampMs: number;
}

/** One row per request, and what went wrong if the policy could not learn from them. */
export interface SlotResult {
  readonly rows: readonly OutcomeRow[];
  readonly fault: PolicyFaultError | undefined;
}

/** A policy as told to people: every parameter has its value. */
export interface NamedPolicy {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a policy has learnt of the links, and whose handles its model is of. */
export interface SharedModel<D extends SensedDevice = SensedDevice> {
  readonly model: unknown;
  /** Index is the handle; undefined where nobody has it. */
  readonly devices: readonly (D | undefined)[];
}

/** What may change from slot to slot. */
export interface SlotSettings {
  /** Devices to ask per slot. */
  readonly m: number;
  readonly timeoutMs: number;
  /** Name of the protocol binding, for the log. */
  readonly binding: string;
}

export interface SlotLoopOptions<D extends SensedDevice = SensedDevice>
  extends PolicyChoice,
    SlotSettings {
  readonly run: string;
  readonly seed: number;
  /** How many policies the run had before: each draws from a stream of its own. @default 0 */
  readonly policiesBefore?: number;
  /** Only in virtual time, for the oracle: delivery probability and mean RTT of a device's link. */
  readonly truth?: (slot: number, device: D, out: Float64Array) => void;
}

/** What a policy starts with that replaces another: nothing (the paper), or the other's link model. */
export type Carry = "none" | "model";
