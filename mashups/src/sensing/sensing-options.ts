import type { BindingName, Clock, Logger } from "@fogwot/core";
import type * as WoT from "wot-typescript-definitions";
import type { PolicyDefinition } from "../policies";
import type { OutcomeRow, ReadingRow } from "../store";
import type { SensedThing } from "./sensor";
import type { LinkFigures } from "./window";

export interface SensingOptions {
  /** The Scripting API: the mash-up reaches Things through nothing else. */
  readonly wot: Pick<typeof WoT, "consume">;
  /** Names the run in every row. */
  readonly run: string;
  readonly things?: readonly SensedThing[];
  /** Name, path or definition. @default "P1" */
  readonly policy?: string | PolicyDefinition;
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

/** What may be changed while sensing runs; it holds from the next slot on. */
export interface SensingChanges {
  readonly policy?: string | PolicyDefinition;
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

export interface PolicyReport {
  /** First slot of the new policy. */
  readonly fromSlot: number;
  readonly policy: string;
  readonly previous: string;
  readonly parameters: Readonly<Record<string, unknown>>;
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
