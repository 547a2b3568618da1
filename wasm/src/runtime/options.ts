import type { FaultKind } from "./fault";
import type { StateHandOver } from "./swap";

/** How long a new version is watched before it is trusted. Both must have passed. */
export interface Probation {
  readonly frames: number;
  readonly durationMs: number;
}

/** More faults than this within the window, and no version to fall back to: it is stopped. */
export interface FaultLimit {
  readonly faults: number;
  readonly windowMs: number;
}

export const DEFAULT_PROBATION: Probation = { frames: 100, durationMs: 10_000 };
export const DEFAULT_FAULT_LIMIT: FaultLimit = { faults: 3, windowMs: 60_000 };

export type SwapReason = "deployed" | "rolled-back" | "fault";

/** What happened to a processor; told after the fact, in order. */
export type ProcessorEvent =
  | {
      readonly kind: "swapped";
      readonly reason: SwapReason;
      readonly from: string | null;
      readonly to: string;
      readonly state: StateHandOver;
      /** For which no frame could be taken. */
      readonly pauseMs: number;
    }
  | { readonly kind: "confirmed"; readonly wasmSha256: string }
  | {
      readonly kind: "fault";
      readonly fault: FaultKind;
      readonly wasmSha256: string;
      readonly message: string;
    }
  | { readonly kind: "restarted"; readonly wasmSha256: string }
  | { readonly kind: "stopped"; readonly wasmSha256: string };

export interface HostedOptions {
  readonly name: string;
  /** Monotonic. */
  readonly clock: { monotonicMs(): number };
  readonly probation?: Probation;
  readonly faultLimit?: FaultLimit;
  /** How long one batch may hold the thread, host calls included; ≥ 250 ms. Absent: fuel alone bounds it. */
  readonly deadlineMs?: number;
  readonly onEvent?: (event: ProcessorEvent) => void;
}
