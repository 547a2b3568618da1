import type { BindingName, Clock, Logger } from "@fogwot/core";
import type * as WoT from "wot-typescript-definitions";
import type { PolicyDefinition } from "../policies";
import type { OutcomeRow, ReadingRow } from "../store";
import type { SensedThing } from "./sensor";
import type { Carry } from "./slot";
import type { LinkFigures } from "./window";

export interface SensingOptions {
  /** The Scripting API: the mash-up reaches Things through nothing else. */
  readonly wot: Pick<typeof WoT, "consume">;
  /** Names the run in every row. */
  readonly run: string;
  readonly things?: readonly SensedThing[];
  /** Name, path, npm package or definition. @default "P1" */
  readonly policy?: string | PolicyDefinition;
  /** How policies by name, path or package are run. @default `thread` */
  readonly isolation?: PolicyIsolation;
  /**
   * Module that each policy's thread requires first, such as one that makes TypeScript loadable.
   * @default none
   */
  readonly policyHooks?: string;
  /** Memory of a policy's thread for objects, MiB; typed arrays do not count. @default 512 */
  readonly policyHeapMb?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Devices asked per time-slot. */
  readonly m: number;
  /** t_timeout, unscaled ms. @default 500 */
  readonly timeoutMs?: number;
  /** t_interval, unscaled ms, ≥ t_timeout. @default 1000 */
  readonly intervalMs?: number;
  /** @default "http" */
  readonly binding?: BindingName;
  /** @default 1 */
  readonly seed?: number;
  /** Real time per unscaled time: 0.1 runs ten times as fast. @default 1 */
  readonly timeScale?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Takes every row; a rejection is told by the event `fault` and stops nothing. */
  readonly sink?: (
    outcomes: readonly OutcomeRow[],
    readings: readonly ReadingRow[],
  ) => Promise<void>;
}

/**
 * `thread`: each in a thread of its own, so that one that never comes back, or ends its thread, is replaced
 * by the last good one. `none`: in this thread, as definitions always are; for time that is not real.
 */
export type PolicyIsolation = "thread" | "none";

/** What may be changed while sensing runs; it holds from the next slot on. */
export interface SensingChanges {
  /** It starts from nothing, or from the link model of the one before; see `carry`. */
  readonly policy?: string | PolicyDefinition;
  /** Folder that a relative path and a package's name start from. @default the working folder */
  readonly policyBase?: string;
  /** @default "none" */
  readonly carry?: Carry;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly m?: number;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly binding?: BindingName;
}

export interface SlotReport {
  readonly slot: number;
  readonly outcomes: readonly OutcomeRow[];
  readonly readings: readonly ReadingRow[];
}

/** A policy is in force in place of another. */
export interface Replaced {
  /** First slot of the new policy. */
  readonly fromSlot: number;
  readonly policy: string;
  readonly previous: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface PolicyReport extends Replaced {
  /** What it was to start from; `state`: everything, as only its parameters have changed. */
  readonly carry: Carry | "state";
  /** Whether it did: policies may keep no link model, or one of another kind. */
  readonly carried: boolean;
}

/** A policy failed, and another decides in its place, from the slot on that it failed in. */
export interface RollbackReport extends Replaced {
  readonly code: string;
  readonly reason: string;
}

export interface SensingStatus {
  readonly run: string;
  readonly isRunning: boolean;
  readonly policy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly m: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly binding: string;
  readonly seed: number;
  readonly slot: number;
  readonly requests: number;
  readonly window: LinkFigures & { readonly slots: number };
  readonly total: LinkFigures;
  readonly devices: readonly (LinkFigures & { readonly id: string; readonly wsn: string })[];
}
