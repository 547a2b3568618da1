import { readFileSync } from "node:fs";
import { InputError, validateConfig } from "@fogwot/core";
import type { FigureRtt, MeasuredFigures } from "../../measure/figures/figures";
import type { Distribution } from "../../measure/statistics";
import { type ColumnValue, columnFigure } from "../report/column-figure";
import { type Stroke, seriesStroke } from "../report/palette";
import type { PaperFigure } from "./paper-figure";

const rows = { type: "array", items: { type: "object", required: ["device"] } } as const;

const SCHEMA = {
  type: "object",
  required: ["site", "startedAt", "requests", "emulated", "fig3a", "fig3c", "fig5c"],
  properties: {
    site: { type: "string" },
    startedAt: { type: "string" },
    requests: { type: "number" },
    emulated: { type: "number" },
    fig3a: rows,
    fig3c: { type: "object", required: ["coap"], properties: { coap: rows } },
    fig5c: rows,
  },
} as const;

/**
 * Figures that a live site was measured for: `measure.json` of `fogwot measure --out`, or the
 * `live.json` that a report leaves.
 * @throws InputError, ConfigError for a file that is no measurement of devices
 */
export function readLiveFigures(file: string): MeasuredFigures {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const wanted = "the measure.json of: fogwot measure --bindings http,coap --out DIR";
    throw new InputError({ path: file, got: "no JSON", wanted }, { cause });
  }
  const { figures } = value as { figures?: unknown };
  return validateConfig<MeasuredFigures>((figures ?? value) as object, SCHEMA, file);
}

interface Series {
  readonly name: string;
  readonly values: ReadonlyMap<string, Distribution | null>;
}

const STROKES: readonly Stroke[] = [4, 0, 1].map((index) => seriesStroke(index));

/** Fig. 3(c) and 5(c): in a virtual run they would be inputs, so they are measured. */
export function liveFigures(live: MeasuredFigures): PaperFigure[] {
  const { fig3a, fig3c, fig5c } = live;
  const protocols = [
    { name: "HTTP", values: rttOf(fig3a) },
    { name: "CoAP", values: rttOf(fig3c.coap) },
    { name: "MQTT", values: rttOf(fig3c.mqtt ?? []) },
  ];
  const layers = [
    {
      name: "without WoT: System API",
      values: new Map(fig5c.map((one) => [one.device, one.withoutWot] as const)),
    },
    {
      name: "with WoT: HTTP",
      values: new Map(fig5c.map((one) => [one.device, one.withWot] as const)),
    },
  ];
  const added = fig5c.flatMap(({ addedP50Ms }) => addedP50Ms ?? []);
  const most = added.length > 0 ? ` Here it adds at most ${Math.max(...added).toFixed(1)} ms.` : "";
  return [
    ...compared(live, protocols, {
      name: "fig3c-coap-rtt",
      title: "Fig. 3(c)  Round-trip time per device over CoAP",
      caption:
        "Fig. 3(c). Live: round-trip time per device over CoAP beside HTTP; the paper shows CoAP and sees only minimal differences.",
    }),
    ...compared(live, layers, {
      name: "fig5c-overhead",
      title: "Fig. 5(c)  What the WoT Servient adds",
      caption: `Fig. 5(c). Live: the same request at the System API and through the Web Thing. The board link holds nearly all of the time.${most}`,
    }),
  ];
}

function rttOf(rows: readonly FigureRtt[]): Series["values"] {
  return new Map(rows.map((one) => [one.device, one.rtt] as const));
}

/** Nothing where fewer than two of the series were measured. */
function compared(
  { site, emulated, requests, startedAt, fig3a }: MeasuredFigures,
  all: readonly Series[],
  { name, title, caption }: Omit<PaperFigure, "svg"> & { readonly title: string },
): PaperFigure[] {
  const series = all.filter(({ values }) => values.size > 0);
  if (series.length < 2) return [];
  const boards = emulated > 0 ? `${emulated} emulated boards` : "real boards";
  const columns = fig3a.map(({ device }) => device);
  const strokeOf = (index: number): Stroke => STROKES[index] as Stroke;
  const svg = columnFigure({
    title,
    subtitle: `live: site ${site}, ${boards}, ${requests} requests each, ${startedAt.slice(0, 16)}Z; bars: quartiles`,
    xLabel: "device",
    yLabel: "median RTT of replies (ms)",
    columns,
    digits: series.length > 2 ? 0 : 1,
    series: series.map(({ name: seriesName, values }, index) => ({
      name: seriesName,
      strokes: [strokeOf(index)],
      values: columns.map((device): ColumnValue => {
        const rtt = values.get(device);
        return rtt ? { value: rtt.p50, low: rtt.p25, high: rtt.p75 } : { value: Number.NaN };
      }),
    })),
    legend: series.map(({ name: seriesName }, index) => ({
      name: seriesName,
      stroke: strokeOf(index),
      mark: "box" as const,
    })),
  });
  return [{ name, caption, svg }];
}
