import type { Distribution } from "../measure/statistics";
import { element, escapeXml, label, linearScale, tickText } from "./svg";

/** One horizontal box or bar of a plot. */
export interface PlotRow {
  readonly group: string;
  readonly series: string;
  /** Class of its colour, `c0` and so on. */
  readonly colour: string;
  readonly box?: Distribution | null;
  readonly bar?: number | null;
  /** Error bar of `bar`. */
  readonly interval?: readonly [number, number];
  /** Stands at the right of the row. */
  readonly note: string;
}

export interface PlotOptions {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly PlotRow[];
  /** Right end of the axis; without it the largest value. */
  readonly maximum?: number;
}

const WIDTH = 900;
const LEFT = 190;
const RIGHT = 150;
const TOP = 34;
const ROW_PX = 26;
const GROUP_GAP_PX = 12;
const BOX_PX = 14;

/** A plot with one row per group and series: box plots, bars, or both kinds of rows. */
export function rowPlot({ title, unit, rows, maximum }: PlotOptions): string {
  const places = placeRows(rows);
  const bottom = places.at(-1)?.end ?? TOP;
  const x = linearScale(maximum ?? largest(rows), LEFT, WIDTH - RIGHT);
  const step = (x.ticks[1] ?? 1) - (x.ticks[0] ?? 0);
  const grid = x.ticks.map((tick) =>
    [
      element("line", { x1: x(tick), x2: x(tick), y1: TOP - 6, y2: bottom, class: "grid" }),
      label(x(tick), bottom + 16, tickText(tick, step), { class: "tick", "text-anchor": "middle" }),
    ].join(""),
  );
  const drawn = rows.map((row, index) => {
    const place = places[index];
    if (!place) return "";
    return [
      place.isFirst ? label(8, place.middle + 4, row.group, { class: "group" }) : "",
      label(LEFT - 10, place.middle + 4, row.series, { "text-anchor": "end", class: "series" }),
      row.box ? boxOf(row.box, x, place.middle, row.colour) : "",
      typeof row.bar === "number" ? barOf(row, row.bar, x, place.middle) : "",
      label(WIDTH - RIGHT + 12, place.middle + 4, row.note, { class: "note" }),
    ].join("");
  });
  const height = bottom + 40;
  return element(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title, class: "plot" },
    element("title", {}, escapeXml(title)),
    ...grid,
    ...drawn,
    label((LEFT + WIDTH - RIGHT) / 2, bottom + 34, unit, {
      class: "tick",
      "text-anchor": "middle",
    }),
  );
}

interface Place {
  readonly middle: number;
  readonly end: number;
  readonly isFirst: boolean;
}

function placeRows(rows: readonly PlotRow[]): Place[] {
  const places: Place[] = [];
  let y = TOP;
  rows.forEach((row, index) => {
    const isFirst = row.group !== rows[index - 1]?.group;
    if (isFirst && index > 0) y += GROUP_GAP_PX;
    places.push({ middle: y + ROW_PX / 2, end: y + ROW_PX, isFirst });
    y += ROW_PX;
  });
  return places;
}

/** Quartiles as a box, whiskers to p95, a mark at p99. */
function boxOf(box: Distribution, x: (value: number) => number, y: number, colour: string): string {
  const tip =
    `min ${box.min.toFixed(2)}, p25 ${box.p25.toFixed(2)}, p50 ${box.p50.toFixed(2)}, ` +
    `p75 ${box.p75.toFixed(2)}, p95 ${box.p95.toFixed(2)}, p99 ${box.p99.toFixed(2)}, ` +
    `max ${box.max.toFixed(2)}, n ${box.count}`;
  const half = BOX_PX / 2;
  const width = Math.max(1, x(box.p75) - x(box.p25));
  return element(
    "g",
    { class: `box ${colour}` },
    element("title", {}, tip),
    element("line", { x1: x(box.min), x2: x(box.p95), y1: y, y2: y, class: "whisker" }),
    element("rect", { x: x(box.p25), y: y - half, width, height: BOX_PX }),
    element("line", {
      x1: x(box.p50),
      x2: x(box.p50),
      y1: y - half,
      y2: y + half,
      class: "median",
    }),
    element("circle", { cx: x(box.p99), cy: y, r: 2.5 }),
  );
}

function barOf(row: PlotRow, value: number, x: (value: number) => number, y: number): string {
  const half = BOX_PX / 2;
  const from = Math.min(x(0), x(value));
  const parts = [
    element("title", {}, escapeXml(`${row.group} ${row.series}: ${row.note}`)),
    element("rect", { x: from, y: y - half, width: Math.abs(x(value) - x(0)), height: BOX_PX }),
  ];
  if (row.interval) {
    const [low, high] = row.interval;
    parts.push(element("line", { x1: x(low), x2: x(high), y1: y, y2: y, class: "interval" }));
  }
  return element("g", { class: `bar ${row.colour}` }, ...parts);
}

function largest(rows: readonly PlotRow[]): number {
  return Math.max(0.001, ...rows.map((row) => row.box?.p99 ?? row.bar ?? 0));
}
