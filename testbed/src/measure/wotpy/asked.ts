import type { Clock } from "@fogwot/core";
import type { ConsumedThing } from "../../things/wot-types";
import type { Variant } from "../variant";

/** A benchmark Thing as one variant consumes it. */
export interface Asked {
  readonly variant: Variant;
  readonly thing: ConsumedThing;
  /**
   * The same with the binding's own defaults and a client that waits for a whole burst: a request to
   * begin one that is lost would be no loss of events.
   */
  readonly starter: ConsumedThing;
}

export interface AskContext {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly preciseNow: () => number;
  readonly signal: AbortSignal;
}
