import { type Clock, systemClock } from "../../time";

/** Limits on the asynchronous actions of one Thing. */
export interface ActionSettings {
  /** Invocations whose handler runs at the same time. @default 32 */
  readonly maxRunning: number;
  /** Further invocations that wait for their turn; beyond them a caller gets 503. @default 128 */
  readonly maxPending: number;
  /** Ended invocations whose status can still be queried. @default 256 */
  readonly maxHistory: number;
  /** Bytes their outputs may take together, oldest dropped first. @default 8 MiB */
  readonly maxHistoryBytes: number;
  /** How long after its end an invocation can still be queried. @default 600,000 ms */
  readonly historyMs: number;
  /** Longest time a handler may run; it is aborted then. @default 3,600,000 ms */
  readonly maxRunMs: number;
  readonly clock: Clock;
}

export const ACTION_DEFAULTS: ActionSettings = {
  maxRunning: 32,
  maxPending: 128,
  maxHistory: 256,
  maxHistoryBytes: 8 * 1024 * 1024,
  historyMs: 600_000,
  maxRunMs: 3_600_000,
  clock: systemClock,
};
