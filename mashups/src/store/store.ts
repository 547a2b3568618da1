import type { EventRow, OutcomeRow, ReadingRow } from "./rows";

/** Which rows: every member that is given must hold. Ends are half open, `from ≤ x < to`. */
export interface RowRange {
  readonly run?: string;
  readonly policy?: string;
  readonly device?: string;
  /** First slot, inclusive. */
  readonly fromSlot?: number;
  /** Slot after the last one. */
  readonly toSlot?: number;
  /** Ms since 1970-01-01T00:00Z, inclusive. */
  readonly fromMs?: number;
  /** Ms since 1970-01-01T00:00Z, exclusive. */
  readonly toMs?: number;
  /** At most so many rows, from the first on. */
  readonly limit?: number;
}

export type ReadingRange = Pick<RowRange, "device" | "fromMs" | "toMs" | "limit"> & {
  readonly quantity?: string;
};

export type EventRange = Pick<RowRange, "run" | "fromMs" | "toMs" | "limit">;

/** What the requests of a window add up to. */
export interface WindowStatistics {
  readonly slots: number;
  readonly requests: number;
  readonly successes: number;
  /** Mean over the successes, ms; null when there was none. */
  readonly rttMs: number | null;
  /** Packet delivery ratio, successes / requests; null without a request. */
  readonly pdr: number | null;
}

export interface DeviceStatistics extends WindowStatistics {
  readonly device: string;
  readonly wsn: string;
}

export interface RunSummary {
  readonly run: string;
  readonly policies: readonly string[];
  readonly rows: number;
  readonly firstSlot: number;
  readonly lastSlot: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface StoreCounters {
  /** Durable outcome rows, those of earlier runs included. */
  readonly rows: number;
  readonly readings: number;
  /** Appended and not yet durable. */
  readonly pendingRows: number;
  readonly flushes: number;
  /** How long the last and the longest flush took. */
  readonly lastFlushMs: number;
  readonly maxFlushMs: number;
}

/**
 * Where every outcome, reading and event of a site ends up.
 *
 * Rows come back in the order in which they were appended. Every method rejects with a
 * StoreClosedError after `close()`.
 */
export interface Store {
  /**
   * Resolves when all the rows are durable: they survive `kill -9` from then on.
   *
   * @throws InputError a row has a wrong field; none of this call's rows is stored
   * @throws OverloadedError too many rows wait already; try again later
   * @throws StoreWriteError the engine refused; none of the batch is stored
   */
  append(
    outcomes: readonly OutcomeRow[],
    readings?: readonly ReadingRow[],
    events?: readonly EventRow[],
  ): Promise<void>;

  /** A consistent view of the moment of the call; leaving the loop early frees it. */
  outcomes(range?: RowRange): AsyncIterable<OutcomeRow>;
  readings(range?: ReadingRange): AsyncIterable<ReadingRow>;
  events(range?: EventRange): AsyncIterable<EventRow>;

  /** Mean RTT over the successes and PDR of a range; `lastSlots` counts back from its last slot. */
  statistics(range?: RowRange, lastSlots?: number): Promise<WindowStatistics>;
  /** The same per device, sorted by device. */
  deviceStatistics(range?: RowRange, lastSlots?: number): Promise<readonly DeviceStatistics[]>;
  /** All runs, the oldest first. */
  runs(): Promise<readonly RunSummary[]>;

  /**
   * Writes the rows of a range to a new Parquet file (columns as in the CSV).
   *
   * @throws ExportUnsupportedError this store has no Parquet writer
   */
  exportParquet(file: string, table: "outcomes", range?: RowRange): Promise<void>;
  exportParquet(file: string, table: "readings", range?: ReadingRange): Promise<void>;

  counters(): StoreCounters;
  /** Makes everything appended so far durable now. */
  flush(): Promise<void>;
  /** Flushes, ends open queries, and lets go of the file. Idempotent. */
  close(): Promise<void>;
}
