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
