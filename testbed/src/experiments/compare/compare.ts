import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "@fogwot/core";
import { page, table } from "../../report/page";
import { type ComparedRuns, type Comparison, compareRuns } from "../analysis/comparison";
import { openResults, type Results } from "../analysis/results";
import { figureHtml } from "../report/figure-section";
import { seriesStroke } from "../report/palette";
import { scatterFigure } from "../report/scatter-figure";
import { writeFigures } from "../report/write-figures";

/** One policy of one folder. */
export interface Side {
  readonly folder: string;
  readonly policy: string;
}

export interface CompareOptions {
  readonly a: string;
  /** The same folder as `a` for two policies of one. */
  readonly b: string;
  readonly policyA?: string;
  readonly policyB?: string;
  readonly fromSlot?: number;
}

export interface Compared {
  readonly a: Side;
  readonly b: Side;
  readonly seeds: number;
  readonly comparisons: readonly Comparison[];
}

/**
 * Compares two policies seed by seed.
 * @throws InputError when a policy is not named and there is a choice; ConfigError for a folder without results
 */
export async function compare(options: CompareOptions): Promise<Compared> {
  const resultsA = await openResults(options.a);
  const resultsB = options.b === options.a ? resultsA : await openResults(options.b);
  const policyA = policyOf(resultsA, options.policyA, resultsB);
  const policyB = policyOf(resultsB, options.policyB ?? options.policyA, resultsA);
  const runs: ComparedRuns = {
    a: resultsA.runs.get(policyA) ?? [],
    b: resultsB.runs.get(policyB) ?? [],
    worldA: resultsA.world,
    worldB: resultsB.world,
    ...(options.fromSlot !== undefined && { fromSlot: options.fromSlot }),
  };
  const comparisons = compareRuns(runs);
  const seeds = comparisons[0]?.a.length ?? 0;
  if (seeds < 2) {
    throw new InputError({ path: "seeds", got: seeds, wanted: "two seeds that both have run" });
  }
  return {
    a: { folder: options.a, policy: policyA },
    b: { folder: options.b, policy: policyB },
    seeds,
    comparisons,
  };
}

function policyOf({ runs, folder }: Results, named: string | undefined, other: Results): string {
  const labels = [...runs.keys()];
  if (named !== undefined) {
    if (runs.has(named)) return named;
    throw new InputError({ path: folder, got: named, wanted: `one of ${labels.join(", ")}` });
  }
  const common = labels.filter((label) => other.folder === folder || other.runs.has(label));
  if (common.length === 1) return common[0] as string;
  if (labels.length === 1) return labels[0] as string;
  throw new InputError({
    path: folder,
    got: "no policy",
    wanted: `--policies with one of ${labels.join(", ")}`,
  });
}

/** Lines of a table, for a terminal and for the page. */
export function comparisonRows({ comparisons }: Compared): string[][] {
  return comparisons.map(
    ({ merit, meanA, meanB, difference, test, variabilityA, variabilityB }) => {
      const number = (value: number): string => value.toFixed(merit.digits);
      const isSure = difference.low > 0 || difference.high < 0;
      const isABetter = merit.better === "lower" ? difference.value < 0 : difference.value > 0;
      const spread = [variabilityA, variabilityB].map((one) => (one ? number(one.score) : "–"));
      return [
        `${merit.title} (${merit.unit})`,
        number(meanA.value),
        number(meanB.value),
        number(difference.value),
        `${number(difference.low)} … ${number(difference.high)}`,
        test.p < 1e-4 ? "< 0.0001" : test.p.toFixed(4),
        test.effect.toFixed(2),
        spread.join(" / "),
        isSure ? (isABetter ? "A better" : "B better") : "no difference seen",
      ];
    },
  );
}

export const COMPARISON_HEADER = [
  "Figure of merit",
  "A",
  "B",
  "A − B",
  "95 % (bootstrap)",
  "p (Wilcoxon)",
  "effect",
  "variability A / B",
  "Verdict",
];

/** Writes compare.html and figures. @returns the page */
export function writeComparison(folder: string, compared: Compared): string {
  mkdirSync(folder, { recursive: true });
  const { a, b, seeds, comparisons } = compared;
  const figures = comparisons.map((one) => ({
    name: `compare-${one.merit.name}`,
    svg: pairFigure(compared, one),
  }));
  writeFigures(path.join(folder, "figures"), figures);
  const file = path.join(folder, "compare.html");
  const title = `${a.policy} against ${b.policy}`;
  const lead = `A: ${a.policy} of ${a.folder}. B: ${b.policy} of ${b.folder}. ${seeds} seeds in pairs: both met the same weather.`;
  const sections = [
    {
      title: "Paired comparison",
      note: "p: Wilcoxon's signed-rank test, two-sided, exact up to 50 pairs. Effect: rank-biserial correlation, −1…1. Variability: 25th to 75th percentile over the seeds at 95 % confidence, as TriScale defines it. Seven figures are tested: mind what one of them may show by chance.",
      body: table(COMPARISON_HEADER, comparisonRows(compared)),
    },
    ...figures.map(({ svg }, index) => ({
      title: comparisons[index]?.merit.title ?? "",
      body: figureHtml(svg, "One point per seed. On the dashed line both policies are equal."),
    })),
  ];
  writeFileSync(file, page(title, lead, sections));
  return file;
}

function pairFigure(
  { a, b }: Compared,
  { merit, a: valuesA, b: valuesB, test }: Comparison,
): string {
  return scatterFigure({
    title: `${merit.title}: ${a.policy} against ${b.policy}`,
    subtitle: `one point per seed, ${merit.better} is better; dashed: equal; Wilcoxon p ${test.p < 1e-4 ? "< 0.0001" : `= ${test.p.toFixed(4)}`}`,
    xLabel: `A, ${a.policy} (${merit.unit})`,
    yLabel: `B, ${b.policy} (${merit.unit})`,
    groups: [
      {
        name: "seed",
        stroke: seriesStroke(0),
        points: valuesA.map((x, index) => ({ x, y: valuesB[index] as number, name: "" })),
      },
    ],
    isPaired: true,
  });
}
