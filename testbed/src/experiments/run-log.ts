import type { WorldDevice } from "./world";

/**
 * What one run of one policy on one world did, column by column; one entry per getData, in slot
 * order and then pick order. The CSV and Parquet exports, figures, regret and replay all read this.
 */
export interface RunLog {
  /** Name of the experiment and start of the hash of its configuration: the CSV's column `run`. */
  readonly run: string;
  /** Label of the policy in the experiment file (`P1`, `SWITCH`, …): the column `policy`. */
  readonly policy: string;
  readonly seed: number;
  readonly slots: number;
  readonly m: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly binding: string;
  readonly devices: readonly WorldDevice[];
  /** Entries in use of every column below. */
  readonly count: number;
  /** 1-based. */
  readonly slot: Int32Array;
  readonly k: Int32Array;
  /** Index into `devices`. */
  readonly device: Int32Array;
  /** 1 explored, 0 not, −1 for a policy that does not explore. */
  readonly explore: Int8Array;
  /** NaN where the policy has none; so for propensity, reward, qAfter, energyMj. */
  readonly eps: Float64Array;
  readonly propensity: Float64Array;
  readonly ok: Uint8Array;
  /** What fed Q; NaN on a loss. */
  readonly rttMs: Float64Array;
  readonly reward: Float64Array;
  readonly qAfter: Float64Array;
  readonly energyMj: Float64Array;
  /** What else happened, in order of slots. Absent: not known (a log read back from CSV). */
  readonly events?: readonly RunEvent[];
}

/** Something that happened to a run. */
export interface RunEvent {
  /** 1-based. */
  readonly slot: number;
  readonly kind: RunEventKind;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export type RunEventKind =
  /** A segment of the experiment begins: policy, carry, whether a link model was adopted. */
  | "policy-switched"
  /** The policy threw or chose wrongly; the run ends here. */
  | "policy-fault"
  | "device-left"
  | "device-joined"
  /** Its energy is spent; it leaves. */
  | "battery-empty"
  /** Fewer devices than M: all are asked. */
  | "coverage-violation"
  /** Not one reply in many slots in a row; told when that ends. */
  | "no-replies";
