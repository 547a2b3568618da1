import { type Clock, systemClock } from "@fogwot/core";
import { type Column, checkRows, eventColumns, outcomeColumns, readingColumns } from "./columns";
import { ExportUnsupportedError, StoreClosedError } from "./errors";
import type { EventRow, OutcomeRow, ReadingRow, RowBatch } from "./rows";
import type {
  DeviceStatistics,
  EventRange,
  ReadingRange,
  RowRange,
  RunSummary,
  Store,
  StoreCounters,
  WindowStatistics,
} from "./store";
import { WriteQueue } from "./write-queue";

export interface MemoryStoreOptions {
  readonly clock?: Clock;
  /** As of the DuckDB store. */
  readonly flushMs?: number;
  readonly flushRows?: number;
  readonly maxPendingRows?: number;
}

/**
 * A store that forgets when the process ends: for tests, and for an author's script that needs no
 * file. Same answers, same errors as the DuckDB store.
 */
export class MemoryStore implements Store {
  readonly #outcomes: OutcomeRow[] = [];
  readonly #readings: ReadingRow[] = [];
  readonly #events: EventRow[] = [];
  readonly #queue: WriteQueue;
  #flushes = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions = {}) {
    this.#queue = new WriteQueue({
      clock: options.clock ?? systemClock,
      flushMs: options.flushMs ?? 0,
      flushRows: options.flushRows ?? 2000,
      maxPendingRows: options.maxPendingRows ?? 100_000,
      commit: async (batch) => this.#commit(batch),
    });
  }

  async append(
    outcomes: readonly OutcomeRow[],
    readings: readonly ReadingRow[] = [],
    events: readonly EventRow[] = [],
  ): Promise<void> {
    checkRows("outcomes", outcomeColumns, outcomes);
    checkRows("readings", readingColumns, readings);
    checkRows("events", eventColumns, events);
    await this.#queue.append({
      outcomes: outcomes.map((row) => ({ ...row })),
      readings: readings.map((row) => ({ ...row })),
      events: events.map((row) => ({ ...row })),
    });
  }

  outcomes(range: RowRange = {}): AsyncIterable<OutcomeRow> {
    return this.#stream(this.#outcomes, outcomeColumns, range);
  }

  readings(range: ReadingRange = {}): AsyncIterable<ReadingRow> {
    return this.#stream(this.#readings, readingColumns, range);
  }

  events(range: EventRange = {}): AsyncIterable<EventRow> {
    return this.#stream(this.#events, eventColumns, range);
  }

  async statistics(range: RowRange = {}, lastSlots?: number): Promise<WindowStatistics> {
    return summarise(this.#window(range, lastSlots));
  }

  async deviceStatistics(range: RowRange = {}, lastSlots?: number): Promise<DeviceStatistics[]> {
    const groups = groupBy(this.#window(range, lastSlots), (row) => row.device);
    return [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([device, rows]) => ({ device, wsn: rows[0]?.wsn ?? "", ...summarise(rows) }));
  }

  async runs(): Promise<readonly RunSummary[]> {
    this.#requireOpen();
    const groups = groupBy(this.#outcomes, (row) => row.run);
    return [...groups]
      .map(([run, rows]) => ({
        run,
        policies: [...new Set(rows.map((row) => row.policy))].sort(),
        rows: rows.length,
        firstSlot: least(rows.map((row) => row.slot)),
        lastSlot: greatest(rows.map((row) => row.slot)),
        firstMs: least(rows.map((row) => row.timestampMs)),
        lastMs: greatest(rows.map((row) => row.timestampMs)),
      }))
      .sort((a, b) => a.firstMs - b.firstMs || (a.run < b.run ? -1 : 1));
  }

  async exportParquet(): Promise<void> {
    throw new ExportUnsupportedError("Parquet", "store in memory");
  }

  counters(): StoreCounters {
    return {
      rows: this.#outcomes.length,
      readings: this.#readings.length,
      pendingRows: this.#queue.pendingRows,
      flushes: this.#flushes,
      lastFlushMs: 0,
      maxFlushMs: 0,
    };
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    await this.#queue.flush();
  }

  async close(): Promise<void> {
    await this.#queue.close();
    this.#closed = true;
  }

  #commit(batch: RowBatch): void {
    // One by one: spreading a large batch into push() would overflow the stack.
    for (const row of batch.outcomes) this.#outcomes.push(row);
    for (const row of batch.readings) this.#readings.push(row);
    for (const row of batch.events) this.#events.push(row);
    this.#flushes++;
  }

  #window(range: RowRange, lastSlots: number | undefined): OutcomeRow[] {
    this.#requireOpen();
    const rows = select(this.#outcomes, outcomeColumns, range);
    if (lastSlots === undefined) return rows;
    const last = greatest(rows.map((row) => row.slot));
    return rows.filter((row) => row.slot > last - lastSlots);
  }

  async *#stream<Row extends object>(
    rows: readonly Row[],
    columns: readonly Column<Row>[],
    range: AnyRange,
  ): AsyncGenerator<Row> {
    this.#requireOpen();
    for (const row of select(rows, columns, range)) {
      this.#requireOpen();
      yield row;
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new StoreClosedError();
  }
}

type AnyRange = RowRange & ReadingRange & EventRange;

function select<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  range: AnyRange,
): Row[] {
  const keys = (["run", "policy", "device", "quantity"] as const).filter(
    (key) => range[key] !== undefined && columns.some((column) => column.key === key),
  );
  const chosen = rows.filter((row) => {
    const { slot = 0, timestampMs } = row as { slot?: number; timestampMs: number };
    return (
      keys.every((key) => (row as Record<string, unknown>)[key] === range[key]) &&
      slot >= (range.fromSlot ?? 0) &&
      slot < (range.toSlot ?? Number.POSITIVE_INFINITY) &&
      timestampMs >= (range.fromMs ?? Number.NEGATIVE_INFINITY) &&
      timestampMs < (range.toMs ?? Number.POSITIVE_INFINITY)
    );
  });
  return range.limit === undefined ? chosen : chosen.slice(0, range.limit);
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

function summarise(rows: readonly OutcomeRow[]): WindowStatistics {
  const successes = rows.filter((row) => row.ok);
  const rttsMs = successes.flatMap((row) => (row.rttMs === null ? [] : [row.rttMs]));
  const sumMs = rttsMs.reduce((sum, rttMs) => sum + rttMs, 0);
  return {
    slots: new Set(rows.map((row) => `${row.run}\0${row.slot}`)).size,
    requests: rows.length,
    successes: successes.length,
    rttMs: rttsMs.length > 0 ? sumMs / rttsMs.length : null,
    pdr: rows.length > 0 ? successes.length / rows.length : null,
  };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
