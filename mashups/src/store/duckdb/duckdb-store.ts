import fs from "node:fs";
import path from "node:path";
import { type Clock, type Logger, silentLogger, systemClock } from "@fogwot/core";
import { checkRows, eventColumns, outcomeColumns, readingColumns } from "../columns";
import { StoreClosedError, StoreOpenError } from "../errors";
import type { EventRow, OutcomeRow, ReadingRow, RowBatch } from "../rows";
import type {
  DeviceStatistics,
  EventRange,
  ReadingRange,
  RowRange,
  RunSummary,
  Store,
  StoreCounters,
  WindowStatistics,
} from "../store";
import { WriteQueue } from "../write-queue";
import { loadDuckDb, type OpenDatabase, openDatabase } from "./engine";
import { readAll } from "./query";
import { Readers } from "./readers";
import { migrate } from "./schema";
import { copyToParquet, deviceStatistics, listRuns, windowStatistics } from "./statistics";
import { TransactionWriter } from "./transaction-writer";

export interface DuckDbStoreOptions {
  /** Database file; made where missing, its folder too. */
  readonly file: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Longest wait of a row before its flush, ms. @default 250 */
  readonly flushMs?: number;
  /** Rows that start a flush at once. @default 2000 */
  readonly flushRows?: number;
  /** Rows that may wait for a flush before more are refused. @default 100000 */
  readonly maxPendingRows?: number;
  /** Exports and queries at the same time before more are refused. @default 16 */
  readonly maxReaders?: number;
  /** Of the engine. @default 2 */
  readonly threads?: number;
  /** Of the engine, MB. @default 256 */
  readonly memoryLimitMb?: number;
}

/**
 * Opens the store of a processing server.
 *
 * @throws StoreEngineMissingError, StoreLockedError, StoreCorruptError, StoreVersionError, StoreOpenError
 */
export async function openDuckDbStore(options: DuckDbStoreOptions): Promise<Store> {
  const duckdb = loadDuckDb();
  makeFolder(options.file);
  const database = await openDatabase(duckdb, options.file, {
    threads: options.threads ?? 2,
    memoryLimitMb: options.memoryLimitMb ?? 256,
  });
  try {
    const connection = await database.connect();
    await migrate(connection, options.file);
    const [counts = {}] = await readAll(
      connection,
      "SELECT (SELECT count(*) FROM outcomes) AS n, (SELECT count(*) FROM readings) AS r",
    );
    const writer = new TransactionWriter(duckdb, connection);
    return new DuckDbStore(
      { database, writer, counts: { rows: Number(counts.n), readings: Number(counts.r) } },
      options,
    );
  } catch (thrown) {
    database.release();
    throw thrown;
  }
}

function makeFolder(file: string): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
  } catch (thrown) {
    throw new StoreOpenError(file, "its folder cannot be made", { cause: thrown });
  }
}

interface RowCounts {
  rows: number;
  readings: number;
}

interface StoreParts {
  readonly database: OpenDatabase;
  readonly writer: TransactionWriter;
  readonly counts: RowCounts;
}

class DuckDbStore implements Store {
  readonly #database: OpenDatabase;
  readonly #writer: TransactionWriter;
  readonly #queue: WriteQueue;
  readonly #readers: Readers;
  readonly #log: Logger;
  readonly #counts: RowCounts;
  #closing: Promise<void> | undefined;

  constructor(parts: StoreParts, options: DuckDbStoreOptions) {
    this.#database = parts.database;
    this.#writer = parts.writer;
    this.#counts = parts.counts;
    this.#log = options.log ?? silentLogger;
    this.#readers = new Readers(parts.database, options.maxReaders ?? 16);
    this.#queue = new WriteQueue({
      clock: options.clock ?? systemClock,
      flushMs: options.flushMs ?? 250,
      flushRows: options.flushRows ?? 2000,
      maxPendingRows: options.maxPendingRows ?? 100_000,
      commit: (batch) => this.#commit(batch),
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
    // Copied, because the caller may reuse its arrays before the flush.
    await this.#queue.append({
      outcomes: [...outcomes],
      readings: [...readings],
      events: [...events],
    });
  }

  outcomes(range: RowRange = {}): AsyncIterable<OutcomeRow> {
    return this.#readers.stream("outcomes", outcomeColumns, range);
  }

  readings(range: ReadingRange = {}): AsyncIterable<ReadingRow> {
    return this.#readers.stream("readings", readingColumns, range);
  }

  events(range: EventRange = {}): AsyncIterable<EventRow> {
    return this.#readers.stream("events", eventColumns, range);
  }

  statistics(range: RowRange = {}, lastSlots?: number): Promise<WindowStatistics> {
    return this.#readers.read((connection) => windowStatistics(connection, range, lastSlots));
  }

  deviceStatistics(range: RowRange = {}, lastSlots?: number): Promise<DeviceStatistics[]> {
    return this.#readers.read((connection) => deviceStatistics(connection, range, lastSlots));
  }

  runs(): Promise<readonly RunSummary[]> {
    return this.#readers.read(listRuns);
  }

  exportParquet(
    file: string,
    table: "outcomes" | "readings",
    range: RowRange & ReadingRange = {},
  ): Promise<void> {
    return this.#readers.read((connection) => copyToParquet(connection, file, table, range));
  }

  counters(): StoreCounters {
    const { flushes, lastFlushMs, maxFlushMs } = this.#writer;
    const pendingRows = this.#queue.pendingRows;
    return { ...this.#counts, pendingRows, flushes, lastFlushMs, maxFlushMs };
  }

  flush(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new StoreClosedError());
    return this.#queue.flush();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #commit(batch: RowBatch): Promise<void> {
    await this.#writer.commit(batch);
    this.#counts.rows += batch.outcomes.length;
    this.#counts.readings += batch.readings.length;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    await this.#readers.close();
    try {
      await this.#writer.close();
    } catch (thrown) {
      // The database's log holds every acknowledged row; only the tidying up has failed.
      this.#log.warn({ err: thrown }, "the store could not be checkpointed while closing");
    } finally {
      this.#database.release();
    }
  }
}
