import type { DuckDBConnection } from "@duckdb/node-api";
import { OverloadedError } from "@fogwot/core";
import type { Column } from "../columns";
import { StoreClosedError } from "../errors";
import type { EventRange, ReadingRange, RowRange } from "../store";
import type { OpenDatabase } from "./engine";
import { filterOf, queryError, readChunk, selectList } from "./query";

/** One connection and what runs on it, so that closing can end both in order. */
class Reader {
  readonly #connection: DuckDBConnection;
  #busy: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#released) throw new StoreClosedError();
    const running = work(this.#connection);
    this.#busy = running.catch(() => undefined);
    return running;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#connection.closeSync();
  }

  async interrupt(): Promise<void> {
    if (!this.#released) this.#connection.interrupt();
    await this.#busy;
    this.release();
  }
}

/** Queries beside the writer: each on a connection, and so a snapshot, of its own. */
export class Readers {
  readonly #database: OpenDatabase;
  readonly #maxReaders: number;
  readonly #open = new Set<Reader>();
  readonly #opening = new Set<Promise<unknown>>();
  #closed = false;

  constructor(database: OpenDatabase, maxReaders: number) {
    this.#database = database;
    this.#maxReaders = maxReaders;
  }

  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const reader = await this.#acquire();
    try {
      return await reader.run(work);
    } catch (thrown) {
      throw this.#closed ? new StoreClosedError() : thrown;
    } finally {
      this.#release(reader);
    }
  }

  async *stream<Row>(
    table: string,
    columns: readonly Column<Row>[],
    range: RowRange | ReadingRange | EventRange,
  ): AsyncGenerator<Row> {
    const { where, values, limit } = filterOf(range);
    const sql = `SELECT ${selectList(columns)} FROM ${table} ${where} ${limit}`;
    const reader = await this.#acquire();
    try {
      const result = await reader.run((connection) => connection.stream(sql, values));
      for (;;) {
        const chunk = await reader.run(() => result.fetchChunk());
        if (!chunk || chunk.rowCount === 0) return;
        yield* readChunk(chunk, columns);
      }
    } catch (thrown) {
      throw this.#closed ? new StoreClosedError() : queryError(thrown);
    } finally {
      this.#release(reader);
    }
  }

  /** Interrupts what runs; a loop over a stream ends with a StoreClosedError. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#opening);
    await Promise.all([...this.#open].map((reader) => reader.interrupt()));
    this.#open.clear();
  }

  async #acquire(): Promise<Reader> {
    if (this.#closed) throw new StoreClosedError();
    const readers = this.#open.size + this.#opening.size;
    if (readers >= this.#maxReaders) {
      throw new OverloadedError(`${readers} queries of the store are running`, {
        details: { readers, maxReaders: this.#maxReaders },
      });
    }
    const opening = this.#database.connect();
    this.#opening.add(opening);
    try {
      const reader = new Reader(await opening);
      this.#open.add(reader);
      return reader;
    } finally {
      this.#opening.delete(opening);
    }
  }

  #release(reader: Reader): void {
    reader.release();
    this.#open.delete(reader);
  }
}
