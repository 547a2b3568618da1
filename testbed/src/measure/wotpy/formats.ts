import { csv } from "../csv";
import { layOut, ms, number } from "../table";
import type { Outcome } from "./outcome";
import type { WotpyRow } from "./summary";

const ROW_COLUMNS = {
  verb: "verb",
  binding: "binding",
  variant: "variant",
  total: "total",
  received: "received",
  successRatio: "success_ratio",
  successLow: "success_low",
  successHigh: "success_high",
  loss: "loss",
  meanMs: "mean_ms",
  medianMs: "median_ms",
  stdMs: "std_ms",
  p95Ms: "p95_ms",
  p99Ms: "p99_ms",
  disordered: "disordered",
  duplicates: "duplicates",
  capturedBytes: "captured_bytes",
  bytesPerInteraction: "bytes_per_interaction",
  packetsPerInteraction: "packets_per_interaction",
} as const satisfies Partial<Record<keyof WotpyRow, string>>;

const OUTCOME_COLUMNS = {
  verb: "verb",
  variant: "variant",
  batch: "batch",
  index: "index",
  ok: "ok",
  latencyMs: "latency_ms",
  timestampMs: "timestamp_ms",
  error: "error",
} as const satisfies Record<keyof Outcome, string>;

export function wotpyRowsCsv(rows: readonly WotpyRow[]): string {
  return csv(ROW_COLUMNS, rows);
}

export function outcomesCsv(outcomes: readonly Outcome[]): string {
  return csv(OUTCOME_COLUMNS, outcomes);
}

interface Column {
  readonly title: string;
  readonly cell: (row: WotpyRow) => string;
  readonly isText?: boolean;
}

/** For the terminal, and for the page's table. */
export const WOTPY_COLUMNS: readonly Column[] = [
  { title: "verb", cell: ({ verb }) => verb, isText: true },
  { title: "binding", cell: ({ variant }) => variant, isText: true },
  { title: "total", cell: ({ total }) => String(total) },
  { title: "success", cell: ({ successRatio }) => `${(successRatio * 100).toFixed(1)} %` },
  { title: "mean", cell: ({ meanMs }) => ms(meanMs) },
  { title: "median", cell: ({ medianMs }) => ms(medianMs) },
  { title: "std", cell: ({ stdMs }) => ms(stdMs) },
  { title: "p95", cell: ({ p95Ms }) => ms(p95Ms) },
  { title: "p99", cell: ({ p99Ms }) => ms(p99Ms) },
  { title: "disorder", cell: ({ disordered }) => number(disordered, 0) },
  { title: "duplicate", cell: ({ duplicates }) => number(duplicates, 0) },
  { title: "bytes each", cell: ({ bytesPerInteraction }) => number(bytesPerInteraction, 0) },
  { title: "packets", cell: ({ packetsPerInteraction }) => number(packetsPerInteraction, 1) },
];

export function wotpyTableLines(rows: readonly WotpyRow[]): string[] {
  const cells = rows.map((row) => WOTPY_COLUMNS.map(({ cell }) => cell(row)));
  return layOut(WOTPY_COLUMNS, cells);
}
