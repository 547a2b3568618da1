import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { Column } from "../columns";
import type { DuckDb } from "./engine";

/** Rows of one data chunk: the engine's vector size. */
const chunkRows = 2048;

/** Copies rows into one table, column by column. Durable at the connection's next COMMIT. */
export class TableWriter<Row> {
  readonly #duckdb: DuckDb;
  readonly #appender: DuckDBAppender;
  readonly #columns: readonly Column<Row>[];
  readonly #types: readonly DuckDBType[];

  constructor(duckdb: DuckDb, appender: DuckDBAppender, columns: readonly Column<Row>[]) {
    this.#duckdb = duckdb;
    this.#appender = appender;
    this.#columns = columns;
    this.#types = columns.map((column) => columnType(duckdb, column));
  }

  write(rows: readonly Row[]): void {
    for (let start = 0; start < rows.length; start += chunkRows) {
      const part = rows.slice(start, start + chunkRows);
      const chunk = this.#duckdb.DuckDBDataChunk.create(this.#types);
      chunk.setColumns(this.#columns.map((column) => part.map((row) => toValue(row, column))));
      this.#appender.appendDataChunk(chunk);
    }
    if (rows.length > 0) this.#appender.flushSync();
  }

  /** Lets go of the appender and of rows that a failed transaction left in it. */
  discard(): void {
    this.#appender.clear();
    this.#appender.closeSync();
  }
}

export async function createTableWriter<Row>(
  duckdb: DuckDb,
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column<Row>[],
): Promise<TableWriter<Row>> {
  return new TableWriter(duckdb, await connection.createAppender(table), columns);
}

function columnType<Row>(duckdb: DuckDb, column: Column<Row>): DuckDBType {
  const { VARCHAR, INTEGER, BIGINT, DOUBLE, BOOLEAN } = duckdb;
  return { text: VARCHAR, integer: INTEGER, bigint: BIGINT, double: DOUBLE, boolean: BOOLEAN }[
    column.type
  ];
}

function toValue<Row>(row: Row, column: Column<Row>): DuckDBValue {
  const value = row[column.key] as string | number | boolean | null;
  return column.type === "bigint" && value !== null ? BigInt(value) : value;
}
