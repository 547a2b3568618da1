import type { DuckDBConnection } from "@duckdb/node-api";
import { eventColumns, outcomeColumns, readingColumns } from "../columns";
import { StoreWriteError } from "../errors";
import { countRows, type EventRow, type OutcomeRow, type ReadingRow, type RowBatch } from "../rows";
import type { DuckDb } from "./engine";
import { createTableWriter, type TableWriter } from "./table-writer";

interface Tables {
  readonly outcomes: TableWriter<OutcomeRow>;
  readonly readings: TableWriter<ReadingRow>;
  readonly events: TableWriter<EventRow>;
}

/**
 * Writes a batch in one transaction. The copying is synchronous and short; the COMMIT, which
 * syncs the database's log to disk, runs on a thread of the engine.
 */
export class TransactionWriter {
  flushes = 0;
  lastFlushMs = 0;
  maxFlushMs = 0;
  readonly #duckdb: DuckDb;
  readonly #connection: DuckDBConnection;
  #tables: Tables | undefined;

  constructor(duckdb: DuckDb, connection: DuckDBConnection) {
    this.#duckdb = duckdb;
    this.#connection = connection;
  }

  /** @throws StoreWriteError nothing of the batch was kept */
  async commit(batch: RowBatch): Promise<void> {
    const startedMs = performance.now();
    try {
      this.#tables ??= await this.#openTables();
      await this.#connection.run("BEGIN");
      this.#tables.outcomes.write(batch.outcomes);
      this.#tables.readings.write(batch.readings);
      this.#tables.events.write(batch.events);
      await this.#connection.run("COMMIT");
    } catch (thrown) {
      await this.#recover();
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new StoreWriteError(countRows(batch), reason, { cause: thrown });
    }
    this.flushes++;
    this.lastFlushMs = performance.now() - startedMs;
    this.maxFlushMs = Math.max(this.maxFlushMs, this.lastFlushMs);
  }

  async close(): Promise<void> {
    this.#closeTables();
    try {
      await this.#connection.run("CHECKPOINT");
    } finally {
      this.#connection.closeSync();
    }
  }

  async #openTables(): Promise<Tables> {
    return {
      outcomes: await createTableWriter(this.#duckdb, this.#connection, "outcomes", outcomeColumns),
      readings: await createTableWriter(this.#duckdb, this.#connection, "readings", readingColumns),
      events: await createTableWriter(this.#duckdb, this.#connection, "events", eventColumns),
    };
  }

  /** After a failure the transaction is gone and the appenders hold rows nobody may see again. */
  async #recover(): Promise<void> {
    try {
      await this.#connection.run("ROLLBACK");
    } catch {
      // No transaction was open any more: that is the state wanted.
    }
    this.#closeTables();
  }

  #closeTables(): void {
    const tables = this.#tables;
    this.#tables = undefined;
    tables?.outcomes.discard();
    tables?.readings.discard();
    tables?.events.discard();
  }
}
