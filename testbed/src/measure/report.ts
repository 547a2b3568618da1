import { rowPlot } from "../report/bars";
import { curvesPlot } from "../report/curves";
import { COLOURS, page, type Section, table } from "../report/page";
import type { MeasuredFigures } from "./figures/figures";
import { figureSections } from "./figures/plots";
import type { LegSummary, MeasureRow } from "./rows";
import { countedNote, seriesOf } from "./series";
import { ms, number } from "./table";
import type { Variant } from "./variant";
import type { TrafficCounter } from "./wire/traffic";

/** What the page says about the run it shows. */
export interface ReportFacts {
  readonly site: string;
  readonly requests: number;
  readonly timeoutMs: number;
  readonly variants: readonly Variant[];
  /** Of the echo Thing; absent: the devices were asked. */
  readonly payloadBytes?: number;
  /** "lossy-10 (10 % lost each way)"; null: loopback. */
  readonly network: string | null;
  readonly seed: number | null;
  readonly counted: TrafficCounter["how"];
  readonly timeScale: number;
  readonly emulated: number;
  readonly isEphemeral: boolean;
  readonly startedAt: string;
}

/** More devices than this share one plot of cumulative shares. */
const MAX_CURVE_PLOTS = 4;

/** The measurement as one self-contained page with plots. */
export function measureReport(
  facts: ReportFacts,
  {
    summaries,
    rows,
    figures: shown,
  }: {
    readonly summaries: readonly LegSummary[];
    readonly rows: readonly MeasureRow[];
    readonly figures: MeasuredFigures | null;
  },
): string {
  const series = seriesOf(facts.variants);
  const legs = summaries.map((one) => ({ ...one, ...series(one.leg) }));
  const asked =
    facts.payloadBytes === undefined ? "getData" : `echo of ${facts.payloadBytes} bytes`;
  return page(`${facts.site}: round-trip time and packet delivery`, leadOf(facts), [
    {
      title: `Round-trip time of ${asked}`,
      note: "Box: quartiles with median; line: fastest to 95th percentile; ring: 99th. Successful requests only.",
      body: rowPlot({
        title: "Round-trip time",
        unit: "ms",
        rows: legs.map(({ device, label, colour, rtt }) => ({
          group: device,
          series: label,
          colour,
          box: rtt,
          note: rtt ? `p50 ${rtt.p50.toFixed(1)} ms` : "no answer",
        })),
      }),
    },
    {
      title: "Answered within a time",
      note: "Share of all requests, lost ones included: where a line ends below 100 %, the rest was lost.",
      body: curves(legs),
    },
    {
      title: "Packet delivery ratio",
      note: "Share of requests answered within the time-out; line: 95 % confidence (Wilson).",
      body: rowPlot({
        title: "Packet delivery ratio",
        unit: "share of requests",
        maximum: 1,
        rows: legs.map(({ device, label, colour, pdr, pdrInterval }) => ({
          group: device,
          series: label,
          colour,
          bar: pdr,
          interval: pdrInterval,
          note: `${(pdr * 100).toFixed(1)} %`,
        })),
      }),
    },
    ...(shown ? figureSections(shown) : []),
    ...trafficSection(facts, rows),
    ...overheadSection(facts, rows),
    { title: "Figures", body: figures(facts, rows) },
  ]);
}

type ShownLeg = LegSummary & { readonly label: string; readonly colour: string };

/** One plot per device; one for all together where there are many. */
function curves(legs: readonly ShownLeg[]): string {
  const devices = [...new Set(legs.map(({ device }) => device))];
  const groups =
    devices.length > MAX_CURVE_PLOTS
      ? [{ title: "all devices", legs }]
      : devices.map((title) => ({ title, legs: legs.filter(({ device }) => device === title) }));
  return groups
    .map(({ title, legs: own }) => {
      const labels = [...new Set(own.map(({ label }) => label))];
      const plot = curvesPlot({
        title: `Answered within a time: ${title}`,
        unit: `ms, ${title}`,
        curves: labels.map((label) => {
          const same = own.filter((leg) => leg.label === label);
          return {
            name: label,
            colour: same[0]?.colour ?? COLOURS[0],
            values: same.flatMap(({ rttsMs }) => rttsMs).sort((a, b) => a - b),
            total: same.reduce((sum, { requests }) => sum + requests, 0),
          };
        }),
      });
      return plot;
    })
    .join("");
}

function trafficSection(
  { counted, variants }: ReportFacts,
  rows: readonly MeasureRow[],
): Section[] {
  const series = seriesOf(variants);
  const first = variants.flatMap(({ name }) => rows.find((row) => row.variant === name) ?? []);
  if (first.every(({ bytesPerRequest }) => bytesPerRequest === null)) return [];
  const body = rowPlot({
    title: "Bytes per request",
    unit: "bytes per request",
    rows: first.map(({ variant, bytesPerRequest, packetsPerRequest }) => {
      const { label, colour } = series(variant);
      const packets = packetsPerRequest === null ? "" : `, ${packetsPerRequest.toFixed(1)} packets`;
      const note = bytesPerRequest === null ? "–" : `${bytesPerRequest.toFixed(0)} B${packets}`;
      return { group: "per request", series: label, colour, bar: bytesPerRequest, note };
    }),
  });
  return [{ title: "Bytes on the wire", note: countedNote(counted), body }];
}

function overheadSection({ variants }: ReportFacts, rows: readonly MeasureRow[]): Section[] {
  if (rows.every(({ systemApiP50Ms }) => systemApiP50Ms === null)) return [];
  const series = seriesOf(variants);
  const body = rowPlot({
    title: "Servient overhead",
    unit: "ms",
    rows: rows.map(({ device, variant, overheadP50Ms }) => {
      const { label, colour } = series(variant);
      const bar = overheadP50Ms === null ? null : Math.max(0, overheadP50Ms);
      return { group: device, series: label, colour, bar, note: ms(overheadP50Ms, 2) };
    }),
  });
  const note =
    "Median over requests of the time above the driver's own round trip, less the same at the System API: network, Servient, binding and client, without the radio.";
  return [{ title: "What the Servient adds", note, body }];
}

function leadOf(facts: ReportFacts): string {
  const what = facts.payloadBytes === undefined ? "device" : "benchmark Thing";
  const boards = facts.emulated > 0 ? `, ${facts.emulated} devices emulated` : ", real devices";
  const devices = facts.payloadBytes === undefined ? boards : "";
  const scale = facts.timeScale === 1 ? "" : `, link time × ${facts.timeScale}`;
  const where = facts.isEphemeral ? "a site started for this" : "the running site";
  const network =
    facts.network === null
      ? "loopback"
      : `network ${facts.network}, losses seeded with ${facts.seed}; emulated in the kernel, without delay`;
  return (
    `${facts.requests} requests per ${what} and variant, time-out ${facts.timeoutMs} ms, ` +
    `on ${where}${devices}${scale}. Between fog node and server: ${network}. ${facts.startedAt}`
  );
}

interface Column {
  readonly title: string;
  readonly cell: (row: MeasureRow) => string;
}

function columnsOf(variants: readonly Variant[]): readonly Column[] {
  const series = seriesOf(variants);
  const plain = (value: number | null, digits = 2): string => number(value, digits);
  return [
    { title: "Device", cell: ({ device }) => device },
    { title: "WSN", cell: ({ wsn }) => wsn },
    { title: "Variant", cell: ({ variant }) => series(variant).label },
    { title: "Requests", cell: ({ requests }) => String(requests) },
    { title: "RTT p50 (ms)", cell: ({ rttP50Ms }) => plain(rttP50Ms) },
    { title: "p90", cell: ({ rttP90Ms }) => plain(rttP90Ms) },
    { title: "p95", cell: ({ rttP95Ms }) => plain(rttP95Ms) },
    { title: "p99", cell: ({ rttP99Ms }) => plain(rttP99Ms) },
    { title: "PDR", cell: ({ pdr }) => pdr.toFixed(4) },
    { title: "95 %", cell: ({ pdrLow, pdrHigh }) => `${pdrLow.toFixed(3)}–${pdrHigh.toFixed(3)}` },
    { title: "Bytes", cell: ({ bytesPerRequest }) => plain(bytesPerRequest, 0) },
    { title: "Packets", cell: ({ packetsPerRequest }) => plain(packetsPerRequest, 1) },
    { title: "System API p50", cell: ({ systemApiP50Ms }) => plain(systemApiP50Ms) },
    { title: "Overhead p50", cell: ({ overheadP50Ms }) => plain(overheadP50Ms) },
    { title: "Losses", cell: ({ errors }) => lossesText(errors) },
  ];
}

/** Columns with nothing in any row are left out. */
function figures({ variants }: ReportFacts, rows: readonly MeasureRow[]): string {
  const columns = columnsOf(variants).filter(({ cell }) =>
    rows.some((row) => !["", "–"].includes(cell(row))),
  );
  return table(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

function lossesText(errors: MeasureRow["errors"]): string {
  return Object.entries(errors)
    .map(([code, count]) => `${code} ${count}`)
    .join(", ");
}
