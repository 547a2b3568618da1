import { runCurve, windowCurve } from "../analysis/curves";
import { pdrOf, rttOf, utilisationOf } from "../analysis/metrics";
import { figureWindows, type RunTrack, type Window, windowsOf } from "../analysis/run-track";
import { type Line, lineFigure } from "../report/line-figure";
import { deviceStrokes, seriesStroke } from "../report/palette";
import { stackFigures } from "../report/stack";
import type { PaperRuns } from "./acceptance";
import type { PaperFigure } from "./paper-figure";
import { SWITCH_SEGMENTS } from "./reference";

const WINDOWS = "windows of 50 slots, of 10 up to slot 100";
/** Of the switch run, three times as long. */
const SWITCH_WINDOW_SLOTS = 100;
const COMPARED = ["P0", "P1", "P2", "P3"] as const;

type Metric = (track: RunTrack, window: Window) => number;

/** Fig. 4(a) and (c): the four policies over time. */
export function comparisonFigures(runs: PaperRuns): PaperFigure[] {
  const seeds = runs.P1?.length ?? 0;
  const figure = (metric: Metric, title: string, yLabel: string, yRange: object): string =>
    lineFigure({
      title,
      subtitle: `${seeds} seeds, ${WINDOWS}; band: 95 % confidence of the mean; faint: the run of seed 1`,
      xLabel: "time-slot",
      yLabel,
      lines: COMPARED.flatMap((policy, index) =>
        linesOf(policy, index, runs[policy] ?? [], metric),
      ),
      xRange: { min: 0 },
      yRange,
    });
  return [
    {
      name: "fig4a-rtt",
      caption:
        "Fig. 4(a). Round-trip time of the four policies: P1 settles lowest. The faint single run is as jagged as the paper's; the mean of many is not.",
      svg: figure(rttOf, "Fig. 4(a)  Round-trip time of the policies", "RTT of replies (ms)", {}),
    },
    {
      name: "fig4c-pdr",
      caption: "Fig. 4(c). Packet delivery ratio of the four policies: P2 is the best.",
      svg: figure(pdrOf, "Fig. 4(c)  Packet delivery ratio of the policies", "PDR", {
        min: 0.2,
        max: 1,
      }),
    },
  ];
}

function linesOf(
  policy: string,
  index: number,
  tracks: readonly RunTrack[],
  metric: Metric,
): Line[] {
  const [first] = tracks;
  if (!first) return [];
  const stroke = seriesStroke(index - 1, policy === "P0");
  return [
    {
      name: `${policy}, seed ${first.seed}`,
      stroke: { ...stroke, dash: "" },
      points: runCurve(first, figureWindows(first.slots), metric),
      isBackground: true,
    },
    { name: policy, stroke, points: windowCurve(tracks, figureWindows(first.slots), metric) },
  ];
}

/** Fig. 4(b) and 5(a): which devices a policy asks, over time. */
export function utilisationFigure(
  name: string,
  title: string,
  caption: string,
  tracks: readonly RunTrack[],
): PaperFigure {
  const { devices = [], slots = 0 } = tracks[0] ?? {};
  const strokes = deviceStrokes(devices);
  const lines = devices.map(
    ({ id }, d): Line => ({
      name: id,
      stroke: strokes[d] as Line["stroke"],
      points: windowCurve(
        tracks,
        figureWindows(slots),
        (track, window) => utilisationOf(track, window)[d] ?? Number.NaN,
      ),
    }),
  );
  const svg = lineFigure({
    title,
    subtitle: `${tracks.length} seeds, ${WINDOWS}; band: 95 % confidence of the mean`,
    xLabel: "time-slot",
    yLabel: "share of slots that ask the device",
    lines,
    xRange: { min: 0 },
    yRange: { min: 0, max: 1 },
  });
  return { name, caption, svg };
}

/** Fig. 5(b): the policy replaced at run time, RTT above and PDR below. */
export function switchFigure(tracks: readonly RunTrack[]): PaperFigure {
  const slots = tracks[0]?.slots ?? 0;
  const windows = windowsOf(slots, SWITCH_WINDOW_SLOTS);
  const marks = SWITCH_SEGMENTS.map(({ policy, after }) => ({ x: after, name: policy }));
  const panel = (metric: Metric, title: string, yLabel: string, yRange: object): string => {
    const [first] = tracks;
    const background: Line[] = first
      ? [
          {
            name: `seed ${first.seed}`,
            stroke: seriesStroke(0),
            points: runCurve(first, windows, metric),
            isBackground: true,
          },
        ]
      : [];
    return lineFigure({
      title,
      subtitle: `${tracks.length} seeds, windows of ${SWITCH_WINDOW_SLOTS} slots; band: 95 % confidence of the mean; faint: the run of seed 1`,
      xLabel: "time-slot",
      yLabel,
      lines: [
        ...background,
        {
          name: "P1, then P2, then P3",
          stroke: seriesStroke(0),
          points: windowCurve(tracks, windows, metric),
        },
      ],
      xRange: { min: 0, max: slots },
      yRange,
      marks,
    });
  };
  const title = "Fig. 5(b)  The policy replaced at run time";
  return {
    name: "fig5b-switch",
    caption:
      "Fig. 5(b). P1 until slot 3000, P2 until 6000, then P3, each starting from nothing as in the paper, whose replacement was another process.",
    svg: stackFigures(title, [
      panel(rttOf, `${title}: RTT`, "RTT of replies (ms)", {}),
      panel(pdrOf, `${title}: PDR`, "PDR", { min: 0.2, max: 1 }),
    ]),
  };
}
