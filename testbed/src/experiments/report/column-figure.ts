import { element, escapeXml, label } from "../../report/svg";
import { type AxisOptions, axisFor, frameOf, type LegendItem, line, px } from "./frame";
import { INK, SOFT, type Stroke } from "./palette";

export interface ColumnValue {
  /** Not finite: nothing is drawn, and the place says so. */
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface ColumnSeries {
  readonly name: string;
  /** One stroke for the series, or one per column. */
  readonly strokes: readonly Stroke[];
  readonly values: readonly ColumnValue[];
}

export interface ColumnFigure {
  readonly title: string;
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly columns: readonly string[];
  readonly series: readonly ColumnSeries[];
  readonly legend?: readonly LegendItem[];
  readonly yRange?: AxisOptions;
  readonly digits: number;
}

/** Grouped columns with error bars and their values in figures. */
export function columnFigure(figure: ColumnFigure): string {
  const { columns, series } = figure;
  const values = series.flatMap((one) =>
    one.values.flatMap(({ value, high }) => [value, high ?? value]),
  );
  const frame = frameOf(
    {
      title: figure.title,
      ...(figure.subtitle ? { subtitle: figure.subtitle } : {}),
      legend: figure.legend ?? [],
    },
    { label: figure.xLabel, min: 0, max: columns.length, ticks: [] },
    axisFor(figure.yLabel, values, { min: 0, ...figure.yRange }),
    { hasXTicks: false },
  );
  const group = frame.x(1) - frame.x(0);
  const width = Math.min(56, (group * 0.76) / series.length);
  const drawn = series.flatMap((one, place) =>
    one.values.map((value, index) => {
      const middle = frame.x(index + 0.5) + (place - (series.length - 1) / 2) * width;
      const stroke = (one.strokes[index] ?? one.strokes[0]) as Stroke;
      return columnOf(
        value,
        { middle, width: width * 0.9, colour: stroke.colour, digits: figure.digits },
        frame,
        `${columns[index]}, ${one.name}`,
      );
    }),
  );
  const names = columns.map((name, index) =>
    label(frame.x(index + 0.5), frame.bottom + 19, name, { "text-anchor": "middle", fill: SOFT }),
  );
  return frame.finish(...drawn, ...names);
}

interface Place {
  readonly middle: number;
  readonly width: number;
  readonly colour: string;
  readonly digits: number;
}

function columnOf(
  { value, low, high }: ColumnValue,
  { middle, width, colour, digits }: Place,
  { y, bottom }: { readonly y: (value: number) => number; readonly bottom: number },
  name: string,
): string {
  if (!Number.isFinite(value)) {
    return label(middle, bottom - 6, "no reply", { "text-anchor": "middle", "font-size": 10 });
  }
  const parts = [
    element("rect", {
      x: middle - width / 2,
      y: y(value),
      width,
      height: bottom - y(value),
      fill: colour,
    }),
  ];
  let top = y(value);
  if (low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high)) {
    top = y(high);
    parts.push(line(middle, y(low), middle, top, INK));
    for (const end of [low, high]) parts.push(line(middle - 5, y(end), middle + 5, y(end), INK));
  }
  parts.push(
    label(px(middle), px(top - 5), value.toFixed(digits), {
      "text-anchor": "middle",
      "font-size": 10,
    }),
  );
  return element("g", {}, element("title", {}, escapeXml(name)), ...parts);
}
