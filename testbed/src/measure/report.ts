import { rowPlot } from "../report/bars";
import { page, table } from "../report/page";
import type { LegName } from "./leg";
import type { LegSummary, MeasureRow } from "./rows";

/** What the page says about the run it shows. */
export interface ReportFacts {
  readonly site: string;
  readonly requests: number;
  readonly timeoutMs: number;
  readonly timeScale: number;
  readonly emulated: number;
  readonly isEphemeral: boolean;
  readonly startedAt: string;
}

const LABELS: Readonly<Record<LegName, string>> = {
  http: "HTTP",
  coap: "CoAP",
  mqtt: "MQTT",
  system: "System API",
};

/** The measurement as one self-contained page with plots. */
export function measureReport(
  facts: ReportFacts,
  summaries: readonly LegSummary[],
  rows: readonly MeasureRow[],
): string {
  const legs = summaries.map((one) => ({ ...one, series: LABELS[one.leg] }));
  return page(`${facts.site}: round-trip time and packet delivery`, leadOf(facts), [
    {
      title: "Round-trip time of getData",
      note: "Box: quartiles with median; line: fastest to 95th percentile; ring: 99th. Successful requests only.",
      body: rowPlot({
        title: "Round-trip time",
        unit: "ms",
        rows: legs.map(({ device, series, rtt }) => ({
          group: device,
          series,
          box: rtt,
          note: rtt ? `p50 ${rtt.p50.toFixed(1)} ms` : "no answer",
        })),
      }),
    },
    {
      title: "Packet delivery ratio",
      note: "Share of requests answered within the time-out; line: 95 % confidence (Wilson).",
      body: rowPlot({
        title: "Packet delivery ratio",
        unit: "share of requests",
        maximum: 1,
        rows: legs.map(({ device, series, pdr, pdrInterval }) => ({
          group: device,
          series,
          bar: pdr,
          interval: pdrInterval,
          note: `${(pdr * 100).toFixed(1)} %`,
        })),
      }),
    },
    {
      title: "What the Servient adds",
      note: "Median over requests of the time above the driver's own round trip, less the same at the System API: Servient, binding and client, without the radio.",
      body: rowPlot({
        title: "Servient overhead",
        unit: "ms",
        rows: rows.map(({ device, binding, overheadP50Ms }) => ({
          group: device,
          series: LABELS[binding],
          bar: overheadP50Ms === null ? null : Math.max(0, overheadP50Ms),
          note: overheadP50Ms === null ? "–" : `${overheadP50Ms.toFixed(2)} ms`,
        })),
      }),
    },
    { title: "Figures", body: figures(rows) },
  ]);
}

function leadOf(facts: ReportFacts): string {
  const devices = facts.emulated > 0 ? `${facts.emulated} boards emulated` : "real boards";
  const scale = facts.timeScale === 1 ? "" : `, link time × ${facts.timeScale}`;
  const where = facts.isEphemeral ? "a site started for this" : "the running site";
  return (
    `${facts.requests} requests per device and binding, time-out ${facts.timeoutMs} ms, ` +
    `on ${where}, ${devices}${scale}. ${facts.startedAt}`
  );
}

function figures(rows: readonly MeasureRow[]): string {
  const ms = (value: number | null, digits = 2): string =>
    value === null ? "–" : value.toFixed(digits);
  return table(
    [
      "Device",
      "WSN",
      "Binding",
      "Requests",
      "RTT p50 (ms)",
      "p95",
      "p99",
      "PDR",
      "System API p50",
      "Overhead p50",
      "Losses",
    ],
    rows.map((row) => [
      row.device,
      row.wsn,
      LABELS[row.binding],
      String(row.requests),
      ms(row.rttP50Ms),
      ms(row.rttP95Ms),
      ms(row.rttP99Ms),
      row.pdr.toFixed(4),
      ms(row.systemApiP50Ms),
      ms(row.overheadP50Ms),
      Object.entries(row.errors)
        .map(([code, count]) => `${code} ${count}`)
        .join(", "),
    ]),
  );
}
