import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { page, table } from "../../report/page";
import { MERITS, type Merit } from "../analysis/comparison";
import { type Estimate, meanInterval } from "../analysis/statistics";
import { type Experiment, hashOf } from "../experiment";
import { runPool } from "../pool";
import { figureHtml } from "../report/figure-section";
import { writeFigures } from "../report/write-figures";
import { type SweptParameter, sweepExperiments } from "./grid";
import type { MeritsJob, RunMerits } from "./merits-job";
import { paretoFigures, sweepFigures } from "./sweep-figures";

/** One combination of the sweep. */
export interface SweepRow {
  readonly label: string;
  readonly policy: string;
  /** Swept parameters and settings. */
  readonly swept: Readonly<Record<string, unknown>>;
  /** Mean over the seeds with its 95 % interval, by name of the merit; missing where there is none. */
  readonly merits: Readonly<Record<string, Estimate>>;
}

export interface SweepOptions {
  readonly experiment: Experiment;
  readonly swept: readonly SweptParameter[];
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

export interface Sweep {
  readonly rows: readonly SweepRow[];
  readonly hashes: readonly string[];
}

/** Runs all combinations on the same worlds, in parallel over the seeds. */
export async function runSweep(options: SweepOptions): Promise<Sweep> {
  const { experiment, swept, threads, signal, onProgress } = options;
  const parts = sweepExperiments(experiment, swept);
  const { firstSeed, seeds } = experiment;
  const inputs = parts.flatMap((part) =>
    Array.from({ length: seeds }, (_, index): MeritsJob => {
      return { experiment: part.experiment, seed: firstSeed + index };
    }),
  );
  const module = path.join(__dirname, `merits-job${path.extname(__filename)}`);
  const outputs = await runPool<MeritsJob, RunMerits[]>(module, inputs, {
    signal,
    ...(threads !== undefined && { workers: threads }),
    ...(onProgress && { onDone: onProgress }),
  });
  const byLabel = new Map<string, number[][]>();
  for (const { policy, values } of outputs.flat()) {
    const rows = byLabel.get(policy) ?? [];
    rows.push([...values]);
    byLabel.set(policy, rows);
  }
  const rows = parts.flatMap(({ policies }) =>
    policies.map(({ label, swept: own }) => ({
      label,
      policy: label.split(" ")[0] as string,
      swept: own,
      merits: meritsOf(byLabel.get(label) ?? []),
    })),
  );
  return { rows, hashes: parts.map((part) => hashOf(part.experiment)) };
}

function meritsOf(runs: readonly (readonly number[])[]): Record<string, Estimate> {
  return Object.fromEntries(
    MERITS.flatMap(({ name }, index) => {
      const values = runs.map((run) => run[index] as number).filter(Number.isFinite);
      return values.length === 0 ? [] : [[name, meanInterval(values)] as const];
    }),
  );
}

/** Writes sweep.json, report.html and figures. @returns the page */
export function writeSweep(
  folder: string,
  { experiment, swept }: SweepOptions,
  sweep: Sweep,
): string {
  mkdirSync(folder, { recursive: true });
  const isPareto = swept.some(({ name }) => name === "weights");
  const figures = isPareto ? paretoFigures(sweep.rows) : sweepFigures(sweep.rows, swept);
  writeFigures(path.join(folder, "figures"), figures);
  const facts = { experiment, swept, ...sweep };
  writeFileSync(path.join(folder, "sweep.json"), `${JSON.stringify(facts, null, 2)}\n`);
  const file = path.join(folder, "report.html");
  const { seeds, slots, channel, scenario } = experiment;
  const lead = `${sweep.rows.length} combinations, ${seeds} seeds each on the same worlds, ${slots} slots, channel ${channel.name}${scenario ? `, scenario ${scenario.name}` : ""}.`;
  const sections = [
    ...figures.map(({ name, svg, caption }) => ({ title: name, body: figureHtml(svg, caption) })),
    {
      title: "All combinations",
      note: "Mean of the runs with its 95 % confidence interval.",
      body: sweepTable(sweep.rows),
    },
  ];
  writeFileSync(file, page(`Sweep of ${experiment.title || experiment.name}`, lead, sections));
  return file;
}

function sweepTable(rows: readonly SweepRow[]): string {
  const merits = MERITS.filter(({ name }) => rows.some((row) => row.merits[name]));
  return table(
    ["Combination", ...merits.map(({ title, unit }) => `${title} (${unit})`)],
    rows.map((row) => [
      row.label,
      ...merits.map((merit) => estimateText(row.merits[merit.name], merit)),
    ]),
  );
}

export function estimateText(estimate: Estimate | undefined, { digits }: Merit): string {
  if (!estimate) return "–";
  const { value, low } = estimate;
  const half = value - low;
  return `${value.toFixed(digits)} ± ${Number.isFinite(half) ? half.toFixed(digits) : "?"}`;
}
