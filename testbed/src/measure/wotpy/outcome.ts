/** What is done with the benchmark Thing; named by the operation of TD 1.1. */
export type Verb = "invokeaction" | "readproperty" | "subscribeevent";

export const VERBS: readonly Verb[] = ["invokeaction", "readproperty", "subscribeevent"];

/** One request, or one event that was emitted. */
export interface Outcome {
  readonly verb: Verb;
  /** Name of the variant. */
  readonly variant: string;
  /** Batch of round trips, 0-based; 0 elsewhere. */
  readonly batch: number;
  readonly index: number;
  readonly ok: boolean;
  readonly latencyMs: number | null;
  readonly timestampMs: number;
  readonly error: string | null;
}

/** What a burst's order looked like to its subscriber. */
export interface Order {
  /** Events whose index is below that of the event before them. */
  readonly disordered: number;
  /** Events that had come before. */
  readonly duplicates: number;
}
