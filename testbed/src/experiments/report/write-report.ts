import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MeasuredFigures } from "../../measure/figures/figures";
import { page, type Section } from "../../report/page";
import { escapeXml } from "../../report/svg";
import type { Objective } from "../analysis/regret";
import { completeState, openResults, type Results, worldsOf } from "../analysis/results";
import { type Experiment, hashOf } from "../experiment";
import { loadExperiment } from "../load-experiment";
import type { Check } from "../paper/acceptance";
import { type Audit, auditRun, type Learner } from "../paper/audit";
import { readLiveFigures } from "../paper/live-figures";
import { isPaperLike, paperPart, runTrials } from "../paper/paper-part";
import { metricsPart } from "./metrics-section";
import { regretPart } from "./regret-section";
import { writeFigures } from "./write-figures";

export interface ReportOptions {
  /** Output folder of an experiment. */
  readonly folder: string;
  /** Measured on a site, for Fig. 3(c) and 5(c); kept as live.json. */
  readonly live?: MeasuredFigures;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

export interface WrittenReport {
  readonly file: string;
  readonly figures: readonly string[];
  /** Against the paper's reference; empty for another experiment. */
  readonly checks: readonly Check[];
}

/** Writes report.html, which needs nothing else, and figures/*.svg and *.png into the folder. */
export async function writeReport(options: ReportOptions): Promise<WrittenReport> {
  const { folder, signal, onProgress = () => {} } = options;
  const { configuration } = completeState(folder);
  const experiment: Experiment = { ...configuration, base: configuration.base ?? folder };
  const hasPaper = isPaperLike({ experiment });
  const live = liveOf(folder, options.live);
  const audits: Audit[] = [];
  const learners = new Map(
    experiment.policies.map((policy) => [policy.label, learnersOf(policy)] as const),
  );
  // Threads run what is missing while this one reads what is there.
  const trials = hasPaper
    ? runTrials(
        { experiment, world: worldsOf(experiment) },
        (done, all) => onProgress(`other readings of the paper: ${done} of ${all}`),
        signal,
      )
    : null;
  const reading = openResults(folder, (log) => {
    signal.throwIfAborted();
    audits.push(auditRun(log, learners.get(log.policy) ?? [], log.policy === "P0"));
  });
  const [results, ran] = await Promise.all([reading, trials]);
  onProgress("drawing figures");
  const paper = ran
    ? paperPart({ results, audits, hasReference: isPapers(experiment), trials: ran, live })
    : { sections: [], figures: [], checks: [] };
  const metrics = metricsPart(results);
  const regret = regretPart(results, (objective) => baselineOf(results, objective));
  const shown = hasPaper ? [] : [metrics.section];
  const sections = [...paper.sections, ...shown, regret.section, origin(results)];
  const figures = [...paper.figures, ...(hasPaper ? [] : metrics.figures), ...regret.figures];
  const file = path.join(folder, "report.html");
  const written = writeFigures(path.join(folder, "figures"), figures);
  writeFileSync(file, page(experiment.title || experiment.name, leadOf(results), sections));
  return { file, figures: written, checks: paper.checks };
}

/** What was measured now, or for an earlier report of the folder. */
function liveOf(folder: string, live: MeasuredFigures | undefined): MeasuredFigures | null {
  const file = path.join(folder, "live.json");
  if (live !== undefined) writeFileSync(file, `${JSON.stringify(live, null, 2)}\n`);
  return existsSync(file) ? readLiveFigures(file) : null;
}

/** What eq. (2) runs with, for policies that have a learning rate. */
function learnersOf({ segments }: Experiment["policies"][number]): Learner[] {
  return segments.map(({ fromSlot, parameters }) => {
    const { alpha, q0 } = parameters;
    const hasQ = typeof alpha === "number" && typeof q0 === "number";
    return { fromSlot, eq2: hasQ ? { alpha, q0 } : null };
  });
}

/** Whether it is the paper's own experiment, with any seeds. */
function isPapers(experiment: Experiment): boolean {
  const { seeds, firstSeed } = experiment;
  const papers = { ...loadExperiment("paper"), seeds, firstSeed };
  return hashOf(experiment) === hashOf(papers);
}

/** The paper's policy with the objective; without it the first policy. */
function baselineOf({ runs, experiment }: Results, objective: Objective): string | undefined {
  const papers = { delay: "P1", pdr: "P2", cost: "P3" }[objective];
  return runs.has(papers) ? papers : experiment.policies[0]?.label;
}

function leadOf({ experiment, state }: Results): string {
  const { seeds, firstSeed, slots, m, timeoutMs, channel, scenario } = experiment;
  const weather = scenario ? `, scenario ${scenario.name}` : "";
  return (
    `${experiment.description ? `${experiment.description} ` : ""}` +
    `Virtual time, channel ${channel.name}${weather}, seeds ${firstSeed}–${firstSeed + seeds - 1}, ` +
    `${slots} slots, M = ${m}, time-out ${timeoutMs} ms. Configuration ${state.hash.slice(0, 16)}…`
  );
}

function origin({ state, experiment, folder }: Results): Section {
  const facts = [
    ["Configuration, SHA-256", state.hash],
    ["outcomes.csv, SHA-256", state.outcomes?.sha256 ?? "–"],
    ["Rows", String(state.outcomes?.rows ?? "–")],
    ...Object.entries(state.versions),
  ];
  const list = facts
    .map(
      ([name, value]) =>
        `<tr><td>${escapeXml(name as string)}</td><td><code>${escapeXml(value as string)}</code></td></tr>`,
    )
    .join("");
  const again = `fogwot experiment verify ${path.basename(folder)}`;
  return {
    title: "Where this comes from",
    note: `Configuration and seeds give outcomes.csv byte for byte; ${again} runs it again and compares.`,
    body:
      `<div class="wide"><table>${list}</table></div>` +
      `<details><summary>Configuration</summary><pre style="white-space:pre-wrap">${escapeXml(JSON.stringify(experiment, null, 2))}</pre></details>`,
  };
}
