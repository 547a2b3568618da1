import { MERITS, type Merit } from "../analysis/comparison";
import { lineFigure } from "../report/line-figure";
import { seriesStroke } from "../report/palette";
import { type ScatterGroup, scatterFigure } from "../report/scatter-figure";
import type { NamedFigure } from "../report/write-figures";
import { type SweptParameter, shown } from "./grid";
import { paretoFront } from "./pareto";
import type { SweepRow } from "./sweep";

type Figure = NamedFigure & { readonly caption: string };

const SHOWN = ["rtt", "pdr", "regret-cost"];
const meritNamed = (name: string): Merit => MERITS.find((merit) => merit.name === name) as Merit;

/** A figure per merit and numeric parameter: the parameter along, one line per other combination. */
export function sweepFigures(
  rows: readonly SweepRow[],
  swept: readonly SweptParameter[],
): Figure[] {
  const numeric = swept.filter(({ values }) => values.every((value) => typeof value === "number"));
  return numeric.flatMap((parameter) => {
    const own = rows.filter(({ policy, swept: values }) =>
      parameter.policy === null ? true : policy === parameter.policy && parameter.name in values,
    );
    return SHOWN.filter((name) => own.some((row) => row.merits[name])).map((name) => {
      const { title, unit } = meritNamed(name);
      const groups = new Map<string, SweepRow[]>();
      for (const row of own) {
        const others = Object.entries(row.swept).filter(([key]) => key !== parameter.name);
        const key = [row.policy, ...others.map(([k, value]) => `${k} = ${shown(value)}`)].join(
          ", ",
        );
        groups.set(key, [...(groups.get(key) ?? []), row]);
      }
      const svg = lineFigure({
        title: `${title} over ${parameter.name}`,
        subtitle: "mean over the seeds; band: 95 % confidence of the mean",
        xLabel: parameter.name,
        yLabel: `${title} (${unit})`,
        lines: [...groups].map(([key, members], index) => ({
          name: key,
          stroke: seriesStroke(index),
          points: members
            .map((row) => {
              const { value, low, high } = row.merits[name] ?? {
                value: Number.NaN,
                low: Number.NaN,
                high: Number.NaN,
              };
              return { x: row.swept[parameter.name] as number, y: value, low, high };
            })
            .sort((a, b) => a.x - b.x),
        })),
      });
      return {
        name: `${name}-over-${parameter.name.toLowerCase()}`,
        svg,
        caption: `${title} for every value of ${parameter.name}.`,
      };
    });
  });
}

const AXES = [
  ["rtt", "pdr"],
  ["energy", "pdr"],
  ["age", "pdr"],
  ["rtt", "age"],
] as const;

/** Figures of two merits each; filled: on the front of all four merits. */
export function paretoFigures(rows: readonly SweepRow[]): Figure[] {
  const axes = ["rtt", "pdr", "energy", "age"]
    .filter((name) => rows.every((row) => row.merits[name]))
    .map((name) => ({ name, better: meritNamed(name).better }));
  const candidates = rows.map((row) => ({
    name: row.label,
    row,
    values: Object.fromEntries(
      axes.map(({ name }) => [name, row.merits[name]?.value ?? Number.NaN]),
    ),
  }));
  const front = new Set(paretoFront(candidates, axes).map(({ name }) => name));
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const isShown = (name: string): boolean => axes.some((axis) => axis.name === name);
  return AXES.filter((pair) => pair.every(isShown)).map(([x, y]) => {
    const [xMerit, yMerit] = [meritNamed(x), meritNamed(y)];
    const pair = axes.filter(({ name }) => name === x || name === y);
    const edge = paretoFront(candidates, pair)
      .map(({ values }) => [values[x] as number, values[y] as number] as const)
      .sort((a, b) => a[0] - b[0]);
    const groups = policies.map(
      (policy, index): ScatterGroup => ({
        name: policy,
        stroke: seriesStroke(index),
        points: rows
          .filter((row) => row.policy === policy)
          .map((row) => {
            const [along, up] = [row.merits[x], row.merits[y]];
            return {
              x: along?.value ?? Number.NaN,
              y: up?.value ?? Number.NaN,
              ...(along && { xLow: along.low, xHigh: along.high }),
              ...(up && { yLow: up.low, yHigh: up.high }),
              // Only the ends of the trade-off are named: all names together would hide the points.
              name: isExtreme(row) ? shown(row.swept.weights) : "",
              isFront: front.has(row.label),
            };
          }),
      }),
    );
    return {
      name: `pareto-${x}-${y}`,
      caption: `${xMerit.title} against ${yMerit.title}, one point per weighting. Filled: on the front of ${axes.map(({ name }) => name).join(", ")} together; dashed: the front of these two.`,
      svg: scatterFigure({
        title: `${xMerit.title} against ${yMerit.title}`,
        subtitle:
          "one point per weighting; mean over the seeds, bars: 95 % confidence; dashed: the front of the two",
        xLabel: `${xMerit.title} (${xMerit.unit})`,
        yLabel: `${yMerit.title} (${yMerit.unit})`,
        groups,
        front: edge,
      }),
    };
  });
}

function isExtreme({ swept }: SweepRow): boolean {
  const weights = swept.weights as Readonly<Record<string, number>> | null | undefined;
  return !!weights && Object.values(weights).filter((value) => value !== 0).length === 1;
}
