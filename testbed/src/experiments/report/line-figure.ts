import { element, escapeXml, label } from "../../report/svg";
import { type AxisOptions, axisFor, type Frame, frameOf, line, polyline } from "./frame";
import { SOFT, type Stroke } from "./palette";

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** Confidence band; absent: none is drawn. */
  readonly low?: number;
  readonly high?: number;
}

export interface Line {
  readonly name: string;
  readonly stroke: Stroke;
  readonly points: readonly LinePoint[];
  /** Drawn thin and pale, without a place in the legend: one run behind the mean. */
  readonly isBackground?: boolean;
}

export interface LineFigure {
  readonly title: string;
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  readonly xRange?: AxisOptions;
  readonly yRange?: AxisOptions;
  /** Vertical marks: where a policy was replaced. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[];
}

/** Lines over a common axis, each with its confidence band. */
export function lineFigure(figure: LineFigure): string {
  const points = figure.lines.flatMap((one) => one.points);
  const frame = frameOf(
    {
      title: figure.title,
      ...(figure.subtitle ? { subtitle: figure.subtitle } : {}),
      legend: figure.lines.filter((one) => !one.isBackground),
    },
    axisFor(
      figure.xLabel,
      points.map((point) => point.x),
      figure.xRange,
    ),
    axisFor(
      figure.yLabel,
      points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
      figure.yRange,
    ),
  );
  return frame.finish(
    ...figure.lines.map((one) => band(one, frame)),
    ...(figure.marks ?? []).map((mark) => markOf(mark, frame)),
    ...figure.lines.map((one) => stroke(one, frame)),
  );
}

function band({ points, stroke: { colour }, name }: Line, { x, y, top, bottom }: Frame): string {
  const shown = points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  if (shown.length < 2) return "";
  const inside = (value: number): number => Math.min(bottom, Math.max(top, y(value)));
  const upper = shown.map((point) => [x(point.x), inside(point.high as number)] as const);
  const lower = shown.map((point) => [x(point.x), inside(point.low as number)] as const).reverse();
  return element(
    "path",
    { d: `${polyline([...upper, ...lower])}Z`, fill: colour, "fill-opacity": 0.22, stroke: "none" },
    element("title", {}, escapeXml(`${name}: 95 % confidence`)),
  );
}

function stroke(one: Line, { x, y, top, bottom }: Frame): string {
  const { points, stroke: own, name, isBackground } = one;
  const inside = (value: number): number =>
    Number.isFinite(value) ? Math.min(bottom, Math.max(top, y(value))) : Number.NaN;
  return element(
    "path",
    {
      d: polyline(points.map((point) => [x(point.x), inside(point.y)])),
      fill: "none",
      stroke: own.colour,
      "stroke-width": isBackground ? "0.8" : "2",
      "stroke-opacity": isBackground ? "0.35" : "1",
      "stroke-dasharray": own.dash || "none",
      "stroke-linejoin": "round",
    },
    element("title", {}, escapeXml(name)),
  );
}

function markOf({ x: at, name }: { x: number; name: string }, { x, top, bottom }: Frame): string {
  return (
    line(x(at), top, x(at), bottom, SOFT) +
    label(x(at) + 6, top + 14, name, { fill: SOFT, "font-size": 11 })
  );
}
