import type { Sample } from "./leg";
import type { MeasureRow } from "./rows";

const ROW_COLUMNS = {
  device: "device",
  wsn: "wsn",
  binding: "binding",
  variant: "variant",
  requests: "requests",
  rttP50Ms: "rtt_p50_ms",
  rttP90Ms: "rtt_p90_ms",
  rttP95Ms: "rtt_p95_ms",
  rttP99Ms: "rtt_p99_ms",
  pdr: "pdr",
  pdrLow: "pdr_low",
  pdrHigh: "pdr_high",
  bytesPerRequest: "bytes_per_request",
  packetsPerRequest: "packets_per_request",
  systemApiP50Ms: "system_api_p50_ms",
  systemApiPdr: "system_api_pdr",
  overheadP50Ms: "overhead_p50_ms",
} as const satisfies Partial<Record<keyof MeasureRow, string>>;

const SAMPLE_COLUMNS = {
  device: "device",
  leg: "leg",
  round: "round",
  ok: "ok",
  rttMs: "rtt_ms",
  deviceRttMs: "device_rtt_ms",
  timestampMs: "timestamp_ms",
  error: "error",
} as const satisfies Record<keyof Sample, string>;

/** The rows as CSV (RFC 4180 with LF), numbers in full, null as nothing. */
export function rowsCsv(rows: readonly MeasureRow[]): string {
  return csv(ROW_COLUMNS, rows);
}

/** Every single request. */
export function samplesCsv(samples: readonly Sample[]): string {
  return csv(SAMPLE_COLUMNS, samples);
}

/** RFC 4180 with LF: one line per row, in the order of the columns. */
export function csv<T>(columns: Partial<Record<keyof T, string>>, rows: readonly T[]): string {
  const keys = Object.keys(columns) as (keyof T)[];
  const lines = [
    keys.map((key) => columns[key]).join(","),
    ...rows.map((row) => keys.map((key) => cell(row[key])).join(",")),
  ];
  return `${lines.join("\n")}\n`;
}

function cell(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
