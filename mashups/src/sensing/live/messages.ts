import type { ProblemDetails } from "@fogwot/core/base";
import type { NamedPolicy, SensedDevice, SharedModel, SlotSettings } from "../slot";
import type { DeciderOptions } from "./decider";

/** Where a policy's module is found. */
export interface PolicySource {
  /** Name of a policy, path of a module, or npm package. */
  readonly wanted: string;
  /** Folder that a relative path and a package's name start from. */
  readonly base: string;
  /** Module to require before: what makes TypeScript loadable. */
  readonly hooks?: string;
}

/** What a policy thread can be asked, and what it answers. */
export interface ThreadOperations {
  load(options: DeciderOptions & PolicySource): NamedPolicy & { readonly budgetMs: number };
  enter(devices: readonly SensedDevice[], shared: SharedModel | undefined): boolean;
  join(device: SensedDevice): void;
  leave(deviceId: string): void;
  configure(changes: Partial<SlotSettings>): void;
  begin(slot: number): BegunSlot;
  end(ok: Uint8Array, rttMs: Float64Array): EndedSlot;
  tune(
    parameters: Readonly<Record<string, unknown>>,
    timeoutMs: number | undefined,
  ): Readonly<Record<string, unknown>>;
  linkModel(): SharedModel | undefined;
}

/** Whom to ask, pick by pick, and what the policy said of its picks. */
export interface BegunSlot {
  readonly devices: readonly SensedDevice[];
  readonly explore: Uint8Array;
  readonly propensity: Float64Array;
  readonly epsilon: number;
}

/** What the policy made of the outcomes; NaN where it gives no number. */
export interface EndedSlot {
  readonly reward: Float64Array;
  readonly value: Float64Array;
  readonly fault: ThreadFault | undefined;
}

export interface ThreadRequest {
  readonly id: number;
  readonly operation: keyof ThreadOperations;
  readonly parameters: readonly unknown[];
}

export interface ThreadAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly fault?: ThreadFault;
  /** Time it took inside the thread. */
  readonly tookMs: number;
}

/** An error on its way from one thread to the other. */
export interface ThreadFault {
  readonly problem: ProblemDetails;
  /** The author's own error, with its place. */
  readonly cause: string | undefined;
}
