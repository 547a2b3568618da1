import { table } from "../../report/page";
import { MERITS } from "../analysis/comparison";
import { windowCurve } from "../analysis/curves";
import { pdrOf, rttOf, utilisationOf } from "../analysis/metrics";
import type { Results } from "../analysis/results";
import { wholeRun, windowsOf } from "../analysis/run-track";
import { meanInterval } from "../analysis/statistics";
import { figureHtml } from "./figure-section";
import { lineFigure } from "./line-figure";
import { deviceStrokes, policyStrokes, seriesStroke } from "./palette";
import type { ReportPart } from "./regret-section";

const POINTS = 60;
/** More lines than this in one figure cannot be told apart. */
const MAX_DEVICES = 12;
const SHOWN = ["rtt", "pdr", "energy", "age"];

/** Metrics of every policy over time and in a table, for any experiment. */
export function metricsPart({ runs, experiment, world }: Results): ReportPart {
  const length = Math.max(1, Math.round(experiment.slots / POINTS));
  const windows = windowsOf(experiment.slots, length);
  const colours = policyStrokes([...runs.keys()]);
  const subtitle = `${experiment.seeds} seeds, windows of ${length} slots; band: 95 % confidence of the mean`;
  const overTime = (metric: typeof rttOf, title: string, yLabel: string, yRange: object): string =>
    lineFigure({
      title,
      subtitle,
      xLabel: "time-slot",
      yLabel,
      lines: [...runs].map(([name, tracks]) => ({
        name,
        stroke: colours.get(name) ?? seriesStroke(0),
        points: windowCurve(tracks, windows, metric),
      })),
      xRange: { min: 0 },
      yRange,
    });
  const figures = [
    { name: "rtt", svg: overTime(rttOf, "Round-trip time", "RTT of replies (ms)", {}) },
    { name: "pdr", svg: overTime(pdrOf, "Packet delivery ratio", "PDR", {}) },
    ...[...runs].flatMap(([name, tracks]) => {
      const devices = tracks[0]?.devices ?? [];
      if (devices.length > MAX_DEVICES) return [];
      const strokes = deviceStrokes(devices);
      const svg = lineFigure({
        title: `Devices asked by ${name}`,
        subtitle,
        xLabel: "time-slot",
        yLabel: "share of slots that ask the device",
        lines: devices.map(({ id }, d) => ({
          name: id,
          stroke: strokes[d] as (typeof strokes)[number],
          points: windowCurve(
            tracks,
            windows,
            (track, at) => utilisationOf(track, at)[d] ?? Number.NaN,
          ),
        })),
        xRange: { min: 0 },
        yRange: { min: 0, max: 1 },
      });
      return [{ name: `devices-${name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-")}`, svg }];
    }),
  ];
  const merits = MERITS.filter(({ name }) => SHOWN.includes(name));
  const rows = [...runs].map(([name, tracks]) => [
    name,
    ...merits.map((merit) => {
      const values = tracks.map((track) =>
        merit.of(track, wholeRun(track), () => world(track.seed)),
      );
      const { value, low, high } = meanInterval(values);
      if (!Number.isFinite(value)) return "–";
      return `${value.toFixed(merit.digits)} (${low.toFixed(merit.digits)} … ${high.toFixed(merit.digits)})`;
    }),
  ]);
  const header = ["Policy", ...merits.map(({ title, unit }) => `${title} (${unit})`)];
  return {
    section: {
      title: "Policies over time",
      note: "All slots of all seeds; mean of the runs with its 95 % confidence interval. A slot without a reply has no round-trip time and is left out.",
      body: table(header, rows) + figures.map(({ svg }) => figureHtml(svg, subtitle)).join(""),
    },
    figures,
  };
}
