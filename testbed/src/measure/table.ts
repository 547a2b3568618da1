import type { MeasureRow } from "./rows";

interface Column {
  readonly title: string;
  readonly cell: (row: MeasureRow) => string;
  /** Text stands left, numbers right. */
  readonly isText?: boolean;
  /** Left out where no row has anything to say. */
  readonly isOptional?: boolean;
}

const NOTHING = "–";

const COLUMNS: readonly Column[] = [
  { title: "device", cell: ({ device }) => device, isText: true },
  { title: "wsn", cell: ({ wsn }) => wsn || NOTHING, isText: true, isOptional: true },
  { title: "binding", cell: ({ variant }) => variant, isText: true },
  { title: "requests", cell: ({ requests }) => String(requests) },
  { title: "RTT p50", cell: ({ rttP50Ms }) => ms(rttP50Ms) },
  { title: "p90", cell: ({ rttP90Ms }) => ms(rttP90Ms) },
  { title: "p99", cell: ({ rttP99Ms }) => ms(rttP99Ms) },
  { title: "PDR", cell: ({ pdr }) => `${(pdr * 100).toFixed(1)} %` },
  { title: "95 %", cell: ({ pdrLow, pdrHigh }) => percentRange(pdrLow, pdrHigh) },
  { title: "bytes", cell: ({ bytesPerRequest }) => number(bytesPerRequest, 0), isOptional: true },
  { title: "packets", cell: (row) => number(row.packetsPerRequest, 1), isOptional: true },
  { title: "System API p50", cell: ({ systemApiP50Ms }) => ms(systemApiP50Ms), isOptional: true },
  { title: "overhead p50", cell: ({ overheadP50Ms }) => ms(overheadP50Ms, 2), isOptional: true },
];

/** A table for the terminal: times in ms, PDR in percent, bytes and packets per request. */
export function tableLines(rows: readonly MeasureRow[]): string[] {
  const columns = COLUMNS.filter(
    ({ cell, isOptional }) => !isOptional || rows.some((row) => cell(row) !== NOTHING),
  );
  return layOut(
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

/** Header, rule and rows in columns as wide as their widest cell. */
export function layOut(
  columns: readonly { readonly title: string; readonly isText?: boolean }[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        columns[at]?.isText ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)];
}

function percentRange(low: number, high: number): string {
  return `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}`;
}

export function ms(value: number | null, digits = 1): string {
  return value === null ? NOTHING : `${value.toFixed(digits)} ms`;
}

export function number(value: number | null, digits: number): string {
  return value === null ? NOTHING : value.toFixed(digits);
}
