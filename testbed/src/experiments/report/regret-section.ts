import { type Section, table } from "../../report/page";
import {
  cumulative,
  meanCurve,
  OBJECTIVES,
  type Objective,
  type RegretCurves,
  regretOf,
  regretRatio,
  slotUnderRandom,
  totalRegret,
} from "../analysis/regret";
import type { Results } from "../analysis/results";
import { meanInterval } from "../analysis/statistics";
import { figureHtml } from "./figure-section";
import { type Line, lineFigure } from "./line-figure";
import { policyStrokes, seriesStroke } from "./palette";
import type { NamedFigure } from "./write-figures";

export interface ReportPart {
  readonly section: Section;
  readonly figures: readonly NamedFigure[];
}

const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as Objective[];
const CURVE_POINTS = 60;

/**
 * Regret of every policy against the dynamic oracle: a curve with bands, and a table with t10 and
 * the ratio to another policy.
 * @param baselineOf label that a policy's regret is divided by, for the objective; undefined: none
 */
export function regretPart(
  results: Results,
  baselineOf: (objective: Objective) => string | undefined,
): ReportPart {
  const labels = results.experiment.policies
    .filter(({ segments }) => segments.length === 1)
    .map(({ label }) => label);
  const curves = regretsOf(results, labels);
  const figures = OBJECTIVE_NAMES.map((objective) => ({
    name: `regret-${objective}`,
    svg: regretFigure(objective, labels, curves),
  }));
  const rows = OBJECTIVE_NAMES.flatMap((objective) =>
    labels.map((label) => regretRow(objective, label, baselineOf(objective), curves)),
  );
  const header = [
    "Objective",
    "Policy",
    "Regret per slot",
    "95 %",
    "% of random",
    "t10",
    "÷ baseline",
    "95 %",
  ];
  const body =
    figures
      .map(({ svg }) => figureHtml(svg, "Cumulative regret; band: 95 % confidence of the mean."))
      .join("") + table(header, rows);
  return {
    section: {
      title: "Regret",
      note: "Against the dynamic oracle, which asks the best M devices by each link's marginal delivery probability and mean RTT in every slot. t10: slot from which the mean regret is and stays 50 slots under a tenth of random choice's. The ratio is paired over the seeds, its interval a bootstrap's.",
      body,
    },
    figures,
  };
}

type Curves = ReadonlyMap<string, readonly RegretCurves[]>;

const keyOf = (objective: Objective, label: string): string => `${objective} ${label}`;

function regretsOf({ runs, world }: Results, labels: readonly string[]): Curves {
  const curves = new Map<string, RegretCurves[]>();
  const tracks = labels.flatMap((label) => runs.get(label) ?? []);
  // Seed by seed: a world is drawn once for all policies.
  for (const track of [...tracks].sort((a, b) => a.seed - b.seed)) {
    for (const objective of OBJECTIVE_NAMES) {
      const key = keyOf(objective, track.policy);
      const own = curves.get(key) ?? [];
      own.push(regretOf(track, world(track.seed), objective));
      curves.set(key, own);
    }
  }
  return curves;
}

function regretFigure(objective: Objective, labels: readonly string[], curves: Curves): string {
  const colours = policyStrokes(labels);
  const { unit, title } = OBJECTIVES[objective];
  const lines = labels.flatMap((label): Line[] => {
    const own = curves.get(keyOf(objective, label)) ?? [];
    if (own.length === 0) return [];
    const every = Math.max(1, Math.floor((own[0]?.regret.length ?? 0) / CURVE_POINTS));
    const scale = unit === "ms" ? 1e-3 : 1;
    const points = meanCurve(
      own.map(({ regret }) => cumulative(regret)),
      every,
    );
    return [
      {
        name: label,
        stroke: colours.get(label) ?? seriesStroke(0),
        points: points.map(({ slot, estimate: { value, low, high } }) => ({
          x: slot,
          y: value * scale,
          low: low * scale,
          high: high * scale,
        })),
      },
    ];
  });
  return lineFigure({
    title: `Cumulative regret, objective ${objective}`,
    subtitle: `${title}; against the dynamic oracle; band: 95 % confidence of the mean`,
    xLabel: "time-slot",
    yLabel: `cumulative regret (${unit === "ms" ? "s" : unit})`,
    lines,
    xRange: { min: 0 },
    yRange: { min: 0 },
  });
}

function regretRow(
  objective: Objective,
  label: string,
  baseline: string | undefined,
  curves: Curves,
): string[] {
  const own = curves.get(keyOf(objective, label)) ?? [];
  const perSlot = own.map((one) => totalRegret(one) / one.regret.length);
  const { value, low, high } = meanInterval(perSlot);
  const digits = objective === "pdr" ? 4 : 2;
  const random = own.reduce((sum, one) => sum + one.random.reduce((a, b) => a + b, 0), 0);
  const total = own.reduce((sum, one) => sum + totalRegret(one), 0);
  const other = baseline === undefined ? [] : (curves.get(keyOf(objective, baseline)) ?? []);
  const hasRatio = other.length === own.length && other.length > 1;
  const ratio = hasRatio
    ? regretRatio(
        own.map((one) => totalRegret(one)),
        other.map((one) => totalRegret(one)),
      )
    : null;
  return [
    objective,
    label,
    value.toFixed(digits),
    `${low.toFixed(digits)} … ${high.toFixed(digits)}`,
    `${((100 * total) / random).toFixed(1)} %`,
    String(slotUnderRandom(own) ?? "– (never)"),
    ratio ? `${ratio.value.toFixed(3)} (${baseline})` : "–",
    ratio ? `${ratio.low.toFixed(3)} … ${ratio.high.toFixed(3)}` : "–",
  ];
}
