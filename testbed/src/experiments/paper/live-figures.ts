import { readFileSync } from "node:fs";
import { InputError, validateConfig } from "@fogwot/core";
import { SYSTEM } from "../../measure/leg";
import type { Distribution } from "../../measure/statistics";
import { columnFigure } from "../report/column-figure";
import { deviceStrokes, seriesStroke } from "../report/palette";
import type { PaperFigure } from "./paper-figure";

/** What of `measure.json`, which `fogwot measure --out` writes, the figures need. */
export interface LiveMeasurement {
  readonly site: string;
  readonly startedAt: string;
  readonly requests: number;
  readonly timeScale: number;
  readonly emulated: number;
  readonly summaries: readonly {
    readonly device: string;
    readonly wsn: string;
    /** Variant of a binding, or `system`. */
    readonly leg: string;
    readonly rtt: Distribution | null;
  }[];
}

const SCHEMA = {
  type: "object",
  required: ["site", "startedAt", "requests", "timeScale", "emulated", "summaries"],
  properties: {
    site: { type: "string" },
    startedAt: { type: "string" },
    requests: { type: "number" },
    timeScale: { type: "number" },
    emulated: { type: "number" },
    summaries: {
      type: "array",
      items: { type: "object", required: ["device", "wsn", "leg", "rtt"] },
    },
  },
} as const;

/** @throws InputError, ConfigError for a file that is no measurement */
export function readLiveMeasurement(file: string): LiveMeasurement {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const wanted = "the measure.json of: fogwot measure --bindings http,coap --out DIR";
    throw new InputError({ path: file, got: "no JSON", wanted }, { cause });
  }
  return validateConfig<LiveMeasurement>(value as object, SCHEMA, file);
}

/** Fig. 3(c) and 5(c): inputs of a virtual run, so they are measured on a live site. */
export function liveFigures(live: LiveMeasurement): PaperFigure[] {
  const boards = live.emulated > 0 ? `${live.emulated} emulated boards` : "real boards";
  const subtitle = `live: site ${live.site}, ${boards}, ${live.requests} requests each, ${live.startedAt.slice(0, 16)}Z`;
  return [
    ...compared(live, {
      legs: [
        ["http", "HTTP"],
        ["coap", "CoAP"],
      ],
      name: "fig3c-coap-rtt",
      title: "Fig. 3(c)  Round-trip time per device over CoAP",
      subtitle,
      caption:
        "Fig. 3(c). Live: round-trip time per device over CoAP, beside HTTP. Only minimal differences, as in the paper.",
    }),
    ...compared(live, {
      legs: [
        [SYSTEM, "without WoT: System API"],
        ["http", "with WoT: HTTP"],
      ],
      name: "fig5c-overhead",
      title: "Fig. 5(c)  What the WoT Servient adds",
      subtitle,
      caption:
        "Fig. 5(c). Live: the same request at the System API and through the Web Thing. The board link holds nearly all of the time; here it is emulated where the title says so.",
    }),
  ];
}

interface Comparison {
  readonly legs: readonly (readonly [leg: string, title: string])[];
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  readonly caption: string;
}

function compared({ summaries }: LiveMeasurement, figure: Comparison): PaperFigure[] {
  const { legs, name, title, subtitle, caption } = figure;
  const devices = [...new Map(summaries.map((one) => [one.device, one] as const)).values()];
  const has = (leg: string): boolean => summaries.some((one) => one.leg === leg && one.rtt);
  if (legs.some(([leg]) => !has(leg))) return [];
  const hues = deviceStrokes(devices);
  const svg = columnFigure({
    title,
    subtitle: `${subtitle}; bars: quartiles`,
    xLabel: "device",
    yLabel: "median RTT of replies (ms)",
    columns: devices.map(({ device }) => device),
    digits: hues.length > 8 ? 0 : 1,
    series: legs.map(([leg, legTitle], index) => ({
      name: legTitle,
      strokes: [seriesStroke(index === 0 ? 4 : 0)],
      values: devices.map(({ device }) => {
        const rtt = summaries.find((one) => one.device === device && one.leg === leg)?.rtt;
        return rtt ? { value: rtt.p50, low: rtt.p25, high: rtt.p75 } : { value: Number.NaN };
      }),
    })),
    legend: legs.map(([, legTitle], index) => ({
      name: legTitle,
      stroke: seriesStroke(index === 0 ? 4 : 0),
      mark: "box" as const,
    })),
  });
  return [{ name, caption, svg }];
}
