import { InputError } from "@fogwot/core/base";
import type { EventRow, OutcomeRow, ReadingRow } from "./rows";

/** `integer` is 32 bit; `bigint` holds JavaScript's safe integers; `double` excludes NaN and ±∞. */
export type ColumnType = "text" | "integer" | "bigint" | "double" | "boolean";

/** How one field of a row is called outside, and what it may hold. */
export interface Column<Row> {
  /** In CSV, Parquet and SQL. */
  readonly name: string;
  readonly key: keyof Row & string;
  readonly type: ColumnType;
  readonly nullable?: true;
}

/** Order and names of every export of outcomes. */
export const outcomeColumns: readonly Column<OutcomeRow>[] = [
  { name: "run", key: "run", type: "text" },
  { name: "policy", key: "policy", type: "text" },
  { name: "seed", key: "seed", type: "bigint" },
  { name: "slot", key: "slot", type: "integer" },
  { name: "k", key: "k", type: "integer" },
  { name: "device", key: "device", type: "text" },
  { name: "wsn", key: "wsn", type: "text" },
  { name: "binding", key: "binding", type: "text" },
  { name: "explore", key: "explore", type: "boolean", nullable: true },
  { name: "eps", key: "eps", type: "double", nullable: true },
  { name: "propensity", key: "propensity", type: "double", nullable: true },
  { name: "ok", key: "ok", type: "boolean" },
  { name: "rtt_ms", key: "rttMs", type: "double", nullable: true },
  { name: "device_rtt_ms", key: "deviceRttMs", type: "double", nullable: true },
  { name: "reward", key: "reward", type: "double", nullable: true },
  { name: "q_after", key: "qAfter", type: "double", nullable: true },
  { name: "energy_mj", key: "energyMj", type: "double", nullable: true },
  { name: "t_virtual_ms", key: "tVirtualMs", type: "double" },
  { name: "timestamp_ms", key: "timestampMs", type: "bigint" },
  { name: "error", key: "error", type: "text", nullable: true },
];

export const readingColumns: readonly Column<ReadingRow>[] = [
  { name: "timestamp_ms", key: "timestampMs", type: "bigint" },
  { name: "device", key: "device", type: "text" },
  { name: "quantity", key: "quantity", type: "text" },
  { name: "value", key: "value", type: "double" },
];

export const eventColumns: readonly Column<EventRow>[] = [
  { name: "timestamp_ms", key: "timestampMs", type: "bigint" },
  { name: "run", key: "run", type: "text" },
  { name: "kind", key: "kind", type: "text" },
  { name: "detail", key: "detail", type: "text" },
];

const wanted: Record<ColumnType, string> = {
  text: "a string",
  integer: "a whole number of 32 bits",
  bigint: "a safe integer",
  double: "a finite number",
  boolean: "true or false",
};

/**
 * Refuses rows that could not be stored as they are, so that one bad row fails its own append
 * and nobody else's.
 *
 * @throws InputError with the path of the first wrong field, for example `/outcomes/3/rttMs`
 */
export function checkRows<Row>(
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void {
  rows.forEach((row, index) => {
    for (const column of columns) {
      const value: unknown = row[column.key];
      if (value === null && column.nullable) continue;
      if (fits(value, column.type)) continue;
      throw new InputError({
        path: `/${table}/${index}/${column.key}`,
        got: typeof value === "number" ? String(value) : value,
        wanted: wanted[column.type] + (column.nullable ? ", or null" : ""),
      });
    }
  });
}

function fits(value: unknown, type: ColumnType): boolean {
  if (type === "text") return typeof value === "string";
  if (type === "boolean") return typeof value === "boolean";
  if (type === "double") return Number.isFinite(value);
  if (type === "bigint") return Number.isSafeInteger(value);
  return Number.isInteger(value) && ((value as number) | 0) === value;
}
