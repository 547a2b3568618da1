import { type Column, outcomeColumns, readingColumns } from "./columns";
import type { OutcomeRow, ReadingRow } from "./rows";

/** Rows per piece of text: a few hundred kilobytes at most in memory, whatever the size of the export. */
const pieceRows = 512;

/**
 * One field as CSV text (RFC 4180, lines end in LF).
 *
 * Numbers are JavaScript's shortest text that reads back as the same double, so nothing is lost;
 * null is an empty field, an empty text is `""`, booleans are `true` and `false`.
 */
export function csvField(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export function csvHeader<Row>(columns: readonly Column<Row>[]): string {
  return `${columns.map((column) => column.name).join(",")}\n`;
}

export function csvLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  return `${columns.map((column) => csvField(row[column.key])).join(",")}\n`;
}

/** Header and lines in pieces, as the rows come. */
export async function* toCsv<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
): AsyncGenerator<string> {
  let text = csvHeader(columns);
  let count = 0;
  for await (const row of rows) {
    text += csvLine(columns, row);
    if (++count % pieceRows !== 0) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

/** The columns of `fogwot export --csv`, in their order. */
export function outcomesToCsv(
  rows: AsyncIterable<OutcomeRow> | Iterable<OutcomeRow>,
): AsyncGenerator<string> {
  return toCsv(outcomeColumns, rows);
}

export function readingsToCsv(
  rows: AsyncIterable<ReadingRow> | Iterable<ReadingRow>,
): AsyncGenerator<string> {
  return toCsv(readingColumns, rows);
}
