import type { MeasureRow } from "./rows";

const HEADER = [
  "device",
  "wsn",
  "binding",
  "requests",
  "RTT p50",
  "p95",
  "p99",
  "PDR",
  "System API p50",
  "overhead p50",
];

/** A table for the terminal: times in ms, PDR in percent. */
export function tableLines(rows: readonly MeasureRow[]): string[] {
  const cells = rows.map((row) => [
    row.device,
    row.wsn,
    row.binding,
    String(row.requests),
    ms(row.rttP50Ms),
    ms(row.rttP95Ms),
    ms(row.rttP99Ms),
    `${(row.pdr * 100).toFixed(1)} %`,
    ms(row.systemApiP50Ms),
    ms(row.overheadP50Ms, 2),
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] ?? "").length)),
  );
  const layOut = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < 3 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [layOut(HEADER), rule, ...cells.map(layOut)];
}

function ms(value: number | null, digits = 1): string {
  return value === null ? "–" : `${value.toFixed(digits)} ms`;
}
