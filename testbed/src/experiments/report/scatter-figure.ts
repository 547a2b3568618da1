import { element, escapeXml, label } from "../../report/svg";
import { type AxisOptions, axisFor, frameOf, line, polyline } from "./frame";
import { SOFT, type Stroke } from "./palette";

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly xLow?: number;
  readonly xHigh?: number;
  readonly yLow?: number;
  readonly yHigh?: number;
  /** Stands beside the point; empty: none. */
  readonly name: string;
  /** On the Pareto front: filled, the others are hollow. */
  readonly isFront?: boolean;
}

export interface ScatterGroup {
  readonly name: string;
  readonly stroke: Stroke;
  readonly points: readonly ScatterPoint[];
}

export interface ScatterFigure {
  readonly title: string;
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly groups: readonly ScatterGroup[];
  /** The Pareto front, from end to end. */
  readonly front?: readonly (readonly [number, number])[];
  /** Both axes alike, and the diagonal in place of a front: the same figure of two policies. */
  readonly isPaired?: boolean;
  readonly xRange?: AxisOptions;
  readonly yRange?: AxisOptions;
}

/** Points with error bars in two directions: one figure of merit against another. */
export function scatterFigure(figure: ScatterFigure): string {
  const points = figure.groups.flatMap((group) => group.points);
  const along = points.flatMap((p) => [p.x, p.xLow ?? p.x, p.xHigh ?? p.x]);
  const up = points.flatMap((p) => [p.y, p.yLow ?? p.y, p.yHigh ?? p.y]);
  const both = figure.isPaired ? [...along, ...up] : null;
  const xAxis = axisFor(figure.xLabel, both ?? along, figure.xRange);
  const yAxis = axisFor(figure.yLabel, both ?? up, figure.yRange);
  const frame = frameOf(
    {
      title: figure.title,
      ...(figure.subtitle ? { subtitle: figure.subtitle } : {}),
      legend: figure.groups.map(({ name, stroke }) => ({ name, stroke, mark: "dot" })),
    },
    xAxis,
    yAxis,
  );
  const diagonal = [xAxis.min, xAxis.max].map((end) => [end, end] as const);
  const front = (figure.isPaired ? diagonal : (figure.front ?? [])).map(
    ([x, y]) => [frame.x(x), frame.y(y)] as const,
  );
  return frame.finish(
    element("path", {
      d: polyline(front),
      fill: "none",
      stroke: SOFT,
      "stroke-width": 1,
      "stroke-dasharray": "4 3",
    }),
    ...figure.groups.flatMap(({ points: own, stroke, name }) =>
      own.map((point) => {
        const [x, y] = [frame.x(point.x), frame.y(point.y)];
        const bars = [
          point.xLow === undefined || point.xHigh === undefined
            ? ""
            : line(frame.x(point.xLow), y, frame.x(point.xHigh), y, stroke.colour),
          point.yLow === undefined || point.yHigh === undefined
            ? ""
            : line(x, frame.y(point.yLow), x, frame.y(point.yHigh), stroke.colour),
        ];
        // Near the right edge the name stands on the left, where there is room.
        const isRight = x > frame.right - 110;
        return element(
          "g",
          {},
          element("title", {}, escapeXml(`${name} ${point.name}: ${point.x}, ${point.y}`)),
          ...bars,
          element("circle", {
            cx: x,
            cy: y,
            r: 5,
            fill: point.isFront === false ? "#ffffff" : stroke.colour,
            stroke: stroke.colour,
            "stroke-width": 1.5,
          }),
          point.name === ""
            ? ""
            : label(isRight ? x - 9 : x + 9, y - 7, point.name, {
                "font-size": 11,
                // Readable on lines that run through it.
                stroke: "#ffffff",
                "stroke-width": 3,
                "paint-order": "stroke",
                "text-anchor": isRight ? "end" : "start",
              }),
        );
      }),
    ),
  );
}
