import { convergenceSlot } from "../analysis/metrics";
import { mean } from "../analysis/statistics";
import type { WorldDevice } from "../world";
import { byNetwork } from "./kpis";
import { type MetricName, PLATEAU_FROM, type Quantity, REFERENCE, strictBand } from "./reference";
import type { TrialPlan, TrialResult } from "./trials";
import { listVariants, loadVariant, type Variant } from "./variant";

const LEARNERS = ["P1", "P2", "P3"] as const;

export interface SensitivityCell {
  readonly rttMs: number;
  readonly pdr: number;
  /** Slot from which the runs together have settled; null: not within the run. */
  readonly settled: number | null;
  /** Strict bands of the policy that the variant leaves; null without a reference. */
  readonly failed: number | null;
}

export interface SensitivityRow {
  readonly name: string;
  readonly question: string;
  readonly choice: string;
  readonly alternative: string;
  readonly ambiguity: number;
  /** By policy; missing where the reading does not concern it. */
  readonly cells: Readonly<Partial<Record<string, SensitivityCell>>>;
}

/** What the table needs to be run: the pinned policies first, then every variant of each. */
export function sensitivityPlans(): TrialPlan[] {
  const plateauAfter = PLATEAU_FROM - 1;
  const pinned = LEARNERS.map((policy) => ({ policy, plateauAfter }));
  const others = listVariants().flatMap((variant) =>
    LEARNERS.map((policy) => ({ policy, variant, plateauAfter })),
  );
  return [...pinned, ...others];
}

/** Rows in the order of the ambiguities, the pinned reading first. */
export function sensitivityRows(
  plans: readonly TrialPlan[],
  results: readonly TrialResult[],
  devices: readonly WorldDevice[],
  hasReference: boolean,
): SensitivityRow[] {
  const cellsOf = (variant: string | undefined): SensitivityRow["cells"] =>
    Object.fromEntries(
      plans.flatMap((plan, index) => {
        const result = results[index];
        if (plan.variant !== variant || plan.changes || !result || result.kpis.length === 0)
          return [];
        return [[plan.policy, cellOf(plan.policy, result, devices, hasReference)]];
      }),
    );
  const pinned = {
    name: "pinned",
    ambiguity: -1,
    question: "pinned",
    choice: "as pinned",
    alternative: "",
    cells: cellsOf(undefined),
  };
  const rows = listVariants().map((name) => {
    const { ambiguity, question, choice, alternative }: Variant = loadVariant(name);
    return { name, ambiguity, question, choice, alternative, cells: cellsOf(name) };
  });
  return [pinned, ...rows.sort((a, b) => a.ambiguity - b.ambiguity)];
}

function cellOf(
  policy: string,
  result: TrialResult,
  devices: readonly WorldDevice[],
  hasReference: boolean,
): SensitivityCell {
  const average = (metric: MetricName): number =>
    mean(result.kpis.map((kpis) => kpis[metric]).filter(Number.isFinite));
  const plateau = sumFrom(result.rttSumMs) / sumFrom(result.replies);
  return {
    rttMs: average("rtt"),
    pdr: average("pdr"),
    settled: convergenceSlot(
      { above: result.rttSumMs, below: result.replies },
      { trailing: 10, hold: 50, plateau },
    ),
    failed: hasReference ? failedBands(policy, result, devices) : null,
  };
}

const QUANTITIES: Readonly<Record<MetricName, Quantity>> = {
  rttAll: "rtt",
  pdrAll: "pdr",
  rtt: "rtt",
  pdr: "pdr",
  convRtt: "slot",
  convPdr: "slot",
};

function failedBands(
  policy: string,
  { kpis }: TrialResult,
  devices: readonly WorldDevice[],
): number {
  const reference = REFERENCE[policy];
  if (!reference) return 0;
  const isOutside = (
    values: readonly number[],
    quantity: Quantity,
    expected: { mean: number; sd: number },
  ) => {
    const { low, high } = strictBand(expected, quantity, values.length);
    const value = mean(values.filter(Number.isFinite));
    return !(value >= low && value <= high);
  };
  const metrics = Object.entries(reference.metrics).filter(([name, expected]) => {
    const metric = name as MetricName;
    return isOutside(
      kpis.map((one) => one[metric]),
      QUANTITIES[metric],
      expected,
    );
  });
  const shares = kpis.map(({ utilisation }) => byNetwork(utilisation, devices));
  const used = Object.entries(reference.utilisation).filter(([wsn, expected]) =>
    isOutside(
      shares.map((share) => share.get(wsn) ?? Number.NaN),
      "utilisation",
      expected,
    ),
  );
  return metrics.length + used.length;
}

function sumFrom(values: Float64Array): number {
  return values.subarray(PLATEAU_FROM - 1).reduce((sum, value) => sum + value, 0);
}
