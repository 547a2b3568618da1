import { element, escapeXml, label, tickText } from "./svg";

/** One line of a plot of cumulative shares. */
export interface Curve {
  readonly name: string;
  /** Class of its colour, `c0` and so on. */
  readonly colour: string;
  /** Ascending, above 0. */
  readonly values: readonly number[];
  /** What the shares are of: values, and what never came. */
  readonly total: number;
}

export interface CurvesOptions {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 900;
const HEIGHT = 330;
const LEFT = 60;
const RIGHT = 190;
const TOP = 16;
const BOTTOM = 46;
/** A line of more points than pixels draws nothing more. */
const MAX_POINTS = 400;
/** Width of a label of the time axis with its distance to the next. */
const LABEL_PX = 36;

/**
 * Cumulative share of all requests that were answered within a time, on a logarithmic axis: where a
 * line ends below 1, the rest was lost.
 */
export function curvesPlot({ title, unit, curves }: CurvesOptions): string {
  const all = curves.flatMap(({ values }) => [values[0] ?? 1, values.at(-1) ?? 1]);
  const low = decade(Math.min(...all), Math.floor);
  const high = Math.max(low * 10, decade(Math.max(...all), Math.ceil));
  const x = (value: number): number =>
    LEFT +
    ((Math.log10(value) - Math.log10(low)) / Math.log10(high / low)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  const names = curves.map(({ name, colour }, at) => {
    const line = TOP + 14 + at * 18;
    const from = WIDTH - RIGHT + 16;
    return [
      element("line", {
        x1: from,
        x2: from + 18,
        y1: line - 4,
        y2: line - 4,
        class: `curve ${colour}`,
      }),
      label(from + 26, line, name, { class: "note" }),
    ].join("");
  });
  return element(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title, class: "plot" },
    element("title", {}, escapeXml(title)),
    ...timeGrid(low, high, x, y),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) =>
      [
        element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(share), y2: y(share), class: "grid" }),
        label(LEFT - 8, y(share) + 4, `${share * 100} %`, { class: "tick", "text-anchor": "end" }),
      ].join(""),
    ),
    ...curves.map((curve) => pathOf(curve, x, y, high)),
    ...names,
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, unit, { class: "tick", "text-anchor": "middle" }),
  );
}

function timeGrid(
  low: number,
  high: number,
  x: (value: number) => number,
  y: (share: number) => number,
): string[] {
  const parts: string[] = [];
  let labelled = Number.NEGATIVE_INFINITY;
  for (let power = low; power <= high * 1.001; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const value = power * factor;
      if (value > high * 1.001) break;
      const at = x(value);
      parts.push(element("line", { x1: at, x2: at, y1: y(1), y2: y(0), class: "grid" }));
      if (at - labelled < LABEL_PX) continue;
      labelled = at;
      const text = tickText(value, power);
      parts.push(label(at, y(0) + 18, text, { class: "tick", "text-anchor": "middle" }));
    }
  }
  return parts;
}

function pathOf(
  { name, colour, values, total }: Curve,
  x: (value: number) => number,
  y: (share: number) => number,
  high: number,
): string {
  if (values.length === 0) return "";
  const step = Math.max(1, Math.floor(values.length / MAX_POINTS));
  const points = values.flatMap((value, at) =>
    at % step === 0 || at === values.length - 1 ? [[value, (at + 1) / total] as const] : [],
  );
  const first = points[0]?.[0] ?? 1;
  const parts = [`M${round(x(first))} ${round(y(0))}`];
  for (const [value, share] of points) parts.push(`H${round(x(value))}V${round(y(share))}`);
  parts.push(`H${round(x(high))}`);
  return element(
    "path",
    { d: parts.join(""), class: `curve ${colour}` },
    element("title", {}, escapeXml(name)),
  );
}

function decade(value: number, to: (power: number) => number): number {
  return 10 ** to(Math.log10(value) + (to === Math.floor ? 1e-9 : -1e-9));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
