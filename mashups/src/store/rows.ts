/**
 * One getData request and what became of it: the unit of every measurement fogwot stores.
 *
 * All milliseconds are unscaled: a site that runs faster than real time stores what the same site
 * would have measured at its own pace.
 */
export interface OutcomeRow {
  /** The run of the mash-up, an ISO time and a random part. */
  readonly run: string;
  readonly policy: string;
  /** The policy's seed, a safe integer. */
  readonly seed: number;
  /** Time-slot, 1 is the first of the run. */
  readonly slot: number;
  /** Which pick of the slot, 0…M-1. */
  readonly k: number;
  readonly device: string;
  readonly wsn: string;
  readonly binding: string;
  /** Whether the pick was exploration; null where the policy does not explore. */
  readonly explore: boolean | null;
  readonly eps: number | null;
  /** Probability of this pick given the earlier ones of the slot, 0…1; null where unknown. */
  readonly propensity: number | null;
  readonly ok: boolean;
  /** getData call → output, in ms; null on a loss. */
  readonly rttMs: number | null;
  /** The driver's own view of the round trip, in ms. */
  readonly deviceRttMs: number | null;
  readonly reward: number | null;
  /** The policy's value of the device after the slot. */
  readonly qAfter: number | null;
  readonly energyMj: number | null;
  /** Ms since the start of the run, on the run's own clock. */
  readonly tVirtualMs: number;
  /** Whole ms since 1970-01-01T00:00Z. */
  readonly timestampMs: number;
  /** Code of the error of a loss; null on a success. */
  readonly error: string | null;
}

/** One value of one quantity, as a device reported it. */
export interface ReadingRow {
  /** Whole ms since 1970-01-01T00:00Z. */
  readonly timestampMs: number;
  readonly device: string;
  readonly quantity: string;
  readonly value: number;
}

/** Something that happened to a run: a policy switch, a start, a stop. */
export interface EventRow {
  /** Whole ms since 1970-01-01T00:00Z. */
  readonly timestampMs: number;
  readonly run: string;
  /** For example `policy-switched`. */
  readonly kind: string;
  /** JSON text of the event's own facts. */
  readonly detail: string;
}

/** What is written together: all of it becomes durable, or none. */
export interface RowBatch {
  readonly outcomes: readonly OutcomeRow[];
  readonly readings: readonly ReadingRow[];
  readonly events: readonly EventRow[];
}

/** Number of rows of a batch. */
export function countRows(batch: RowBatch): number {
  return batch.outcomes.length + batch.readings.length + batch.events.length;
}
