import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import type { Column } from "../columns";
import { StoreQueryError } from "../errors";
import type { EventRange, ReadingRange, RowRange } from "../store";

type AnyRange = RowRange & ReadingRange & EventRange;

/** A WHERE clause and its parameters; the clause is empty when everything is wanted. */
export interface Filter {
  readonly where: string;
  readonly values: Record<string, DuckDBValue>;
  readonly limit: string;
}

const conditions: Readonly<Record<keyof AnyRange, string | undefined>> = {
  run: "run = $run",
  policy: "policy = $policy",
  device: "device = $device",
  quantity: "quantity = $quantity",
  fromSlot: "slot >= $fromSlot",
  toSlot: "slot < $toSlot",
  fromMs: "timestamp_ms >= $fromMs",
  toMs: "timestamp_ms < $toMs",
  limit: undefined,
};

export function filterOf(range: RowRange | ReadingRange | EventRange): Filter {
  const clauses: string[] = [];
  const values: Record<string, DuckDBValue> = {};
  for (const [key, value] of Object.entries(range) as [keyof AnyRange, string | number][]) {
    const clause = conditions[key];
    if (clause === undefined || value === undefined) continue;
    clauses.push(clause);
    values[key] = value;
  }
  return {
    where: clauses.length > 0 ? `WHERE ${clauses.join(" AND ")}` : "",
    values,
    limit: range.limit === undefined ? "" : `LIMIT ${Math.max(0, Math.trunc(range.limit))}`,
  };
}

export function selectList<Row>(columns: readonly Column<Row>[]): string {
  return columns.map((column) => `"${column.name}"`).join(", ");
}

/** The rows of a chunk, as they were appended. */
export function* readChunk<Row>(
  chunk: DuckDBDataChunk,
  columns: readonly Column<Row>[],
): Generator<Row> {
  const values = columns.map((column, index) => {
    const list = chunk.getColumnValues(index);
    return column.type === "bigint"
      ? list.map((value) => (value === null ? null : Number(value)))
      : list;
  });
  for (let index = 0; index < chunk.rowCount; index++) {
    const row: Record<string, unknown> = {};
    columns.forEach((column, position) => {
      row[column.key] = values[position]?.[index];
    });
    yield row as Row;
  }
}

/** One result table, read whole. @throws StoreQueryError */
export async function readAll(
  connection: DuckDBConnection,
  sql: string,
  values: Record<string, DuckDBValue> = {},
): Promise<Record<string, unknown>[]> {
  try {
    const reader = await connection.runAndReadAll(sql, values);
    return reader.getRowObjectsJS();
  } catch (thrown) {
    throw queryError(thrown);
  }
}

export function queryError(thrown: unknown): StoreQueryError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new StoreQueryError(reason, { cause: thrown });
}
