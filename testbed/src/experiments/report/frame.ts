import { element, escapeXml, label, niceStep, tickText } from "../../report/svg";
import { GRID, INK, SOFT, type Stroke } from "./palette";

/** One axis: its range, round ticks, and what it shows with its unit. */
export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

export interface AxisOptions {
  /** Fixed ends; the others follow the values. */
  readonly min?: number;
  readonly max?: number;
}

/** An axis that holds all values, ends on round numbers and has about five ticks. */
export function axisFor(
  text: string,
  values: readonly number[],
  { min, max }: AxisOptions = {},
): Axis {
  const finite = values.filter(Number.isFinite);
  const low = min ?? Math.min(...finite, max ?? Number.POSITIVE_INFINITY);
  const high = max ?? Math.max(...finite, min ?? Number.NEGATIVE_INFINITY);
  const [from, to] = high > low ? [low, high] : [low - 1, low + 1];
  const step = niceStep((to - from) / 5);
  const first = min ?? step * Math.floor(from / step + 1e-9);
  const last = max ?? step * Math.ceil(to / step - 1e-9);
  const ticks: number[] = [];
  for (let tick = step * Math.ceil(first / step - 1e-9); tick <= last + step * 1e-6; tick += step) {
    ticks.push(Math.abs(tick) < step * 1e-9 ? 0 : tick);
  }
  return { label: text, min: first, max: last, ticks };
}

export interface LegendItem {
  readonly name: string;
  readonly stroke: Stroke;
  /** `box`: a filled column. @default line */
  readonly mark?: "line" | "box" | "dot";
}

export interface FigureText {
  readonly title: string;
  readonly legend: readonly LegendItem[];
  /** Small print under the title. */
  readonly subtitle?: string;
}

export const FIGURE_WIDTH = 720;
const HEIGHT_PX = 330;
const LEFT = 86;
const RIGHT = 22;
const BOTTOM = 52;
const CHAR_PX = 7.1;
const LEGEND_ROW_PX = 19;

export interface Frame {
  x(value: number): number;
  y(value: number): number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The finished figure around what was drawn. */
  finish(...drawn: string[]): string;
}

/** Title, legend above the plot (it can cover nothing there), axes with labels, and a grid. */
export function frameOf(
  text: FigureText,
  xAxis: Axis,
  yAxis: Axis,
  { hasXTicks = true }: { readonly hasXTicks?: boolean } = {},
): Frame {
  const legend = placeLegend(text.legend);
  const head = 26 + (text.subtitle ? 17 : 0);
  const top = head + legend.rows * LEGEND_ROW_PX + 12;
  const bottom = top + HEIGHT_PX;
  const right = FIGURE_WIDTH - RIGHT;
  const height = bottom + BOTTOM;
  const x = (value: number): number =>
    LEFT + ((value - xAxis.min) / (xAxis.max - xAxis.min)) * (right - LEFT);
  const y = (value: number): number =>
    bottom - ((value - yAxis.min) / (yAxis.max - yAxis.min)) * HEIGHT_PX;
  const finish = (...drawn: string[]): string =>
    element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `0 0 ${FIGURE_WIDTH} ${height}`,
        width: FIGURE_WIDTH,
        height,
        role: "img",
        "aria-label": text.title,
        "font-family": "DejaVu Sans, Verdana, Arial, sans-serif",
        "font-size": 12,
        fill: INK,
      },
      element("title", {}, escapeXml(text.title)),
      element("rect", { width: FIGURE_WIDTH, height, fill: "#ffffff" }),
      label(LEFT, 19, text.title, { "font-size": 14, "font-weight": "bold" }),
      text.subtitle ? label(LEFT, 36, text.subtitle, { "font-size": 11, fill: SOFT }) : "",
      ...legend.items.map((item) => drawLegend(item, head)),
      ...yAxis.ticks.map((tick) => yTick(y(tick), tickText(tick, stepOf(yAxis)), right)),
      ...(hasXTicks ? xAxis.ticks : []).map((tick) =>
        xTick(x(tick), tickText(tick, stepOf(xAxis)), bottom),
      ),
      ...drawn,
      line(LEFT, bottom, right, bottom, SOFT),
      line(LEFT, top, LEFT, bottom, SOFT),
      label((LEFT + right) / 2, height - 12, xAxis.label, { "text-anchor": "middle" }),
      element(
        "text",
        {
          transform: `translate(18 ${(top + bottom) / 2}) rotate(-90)`,
          "text-anchor": "middle",
        },
        escapeXml(yAxis.label),
      ),
    );
  return { x, y, left: LEFT, right, top, bottom, finish };
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return element("line", { x1, y1, x2, y2, stroke, "stroke-width": 1 });
}

/** A path of straight pieces; a point that is not finite breaks it. */
export function polyline(points: readonly (readonly [number, number])[]): string {
  let isBroken = true;
  return points
    .map(([x, y]) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        isBroken = true;
        return "";
      }
      const piece = `${isBroken ? "M" : "L"}${px(x)} ${px(y)}`;
      isBroken = false;
      return piece;
    })
    .join("");
}

export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

const stepOf = ({ ticks }: Axis): number => (ticks[1] ?? 1) - (ticks[0] ?? 0) || 1;

function yTick(y: number, text: string, right: number): string {
  return (
    line(LEFT, y, right, y, GRID) +
    label(LEFT - 8, y + 4, text, { "text-anchor": "end", fill: SOFT })
  );
}

function xTick(x: number, text: string, bottom: number): string {
  return (
    line(x, bottom, x, bottom + 5, SOFT) +
    label(x, bottom + 19, text, { "text-anchor": "middle", fill: SOFT })
  );
}

interface PlacedItem extends LegendItem {
  readonly left: number;
  readonly row: number;
}

function placeLegend(items: readonly LegendItem[]): { items: PlacedItem[]; rows: number } {
  let left = LEFT;
  let row = 0;
  const placed = items.map((item) => {
    const width = 34 + item.name.length * CHAR_PX + 16;
    if (left > LEFT && left + width > FIGURE_WIDTH - RIGHT) {
      left = LEFT;
      row++;
    }
    const own = { ...item, left, row };
    left += width;
    return own;
  });
  return { items: placed, rows: items.length === 0 ? 0 : row + 1 };
}

function drawLegend({ name, stroke, mark = "line", left, row }: PlacedItem, head: number): string {
  const y = head + row * LEGEND_ROW_PX + 12;
  const text = label(left + 34, y + 4, name);
  if (mark === "dot") {
    return element("circle", { cx: left + 14, cy: y, r: 5, fill: stroke.colour }) + text;
  }
  if (mark === "box") {
    const box = { x: left + 8, y: y - 6, width: 14, height: 12, fill: stroke.colour };
    return element("rect", box) + text;
  }
  return (
    element("line", {
      x1: left,
      x2: left + 28,
      y1: y,
      y2: y,
      stroke: stroke.colour,
      "stroke-width": 2.2,
      "stroke-dasharray": stroke.dash || "none",
    }) + text
  );
}
