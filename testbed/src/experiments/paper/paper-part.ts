import path from "node:path";
import type { MeasuredFigures } from "../../measure/figures/figures";
import type { Section } from "../../report/page";
import { escapeXml } from "../../report/svg";
import type { Results } from "../analysis/results";
import { runPool } from "../pool";
import { figureHtml } from "../report/figure-section";
import type { NamedFigure } from "../report/write-figures";
import type { World } from "../world";
import { acceptance, type Check, type PaperRuns } from "./acceptance";
import type { Audit } from "./audit";
import { deadDevicePlans, deadDeviceRows } from "./dead-device";
import { deviceFigures } from "./device-figures";
import { liveFigures } from "./live-figures";
import { paperNotes } from "./notes";
import type { PaperFigure } from "./paper-figure";
import { comparisonFigures, switchFigure, utilisationFigure } from "./policy-figures";
import { sensitivityPlans, sensitivityRows } from "./sensitivity";
import { acceptanceTable, auditTable, deadDeviceTable, sensitivityTable } from "./tables";
import { jobsOf, mergeTrials, type TrialJob, type TrialPlan, type TrialResult } from "./trials";

export interface PaperPart {
  readonly sections: readonly Section[];
  readonly figures: readonly NamedFigure[];
  /** Empty for another channel than the paper's. */
  readonly checks: readonly Check[];
}

export interface Trials {
  readonly plans: readonly TrialPlan[];
  readonly results: readonly TrialResult[];
  /** Index of the device that falls silent. */
  readonly dead: number;
}

export interface PaperPartOptions {
  readonly results: Results;
  readonly audits: readonly Audit[];
  /** Whether the runs are those that the reference is of: the paper's channel and settings. */
  readonly hasReference: boolean;
  readonly trials: Trials;
  readonly live: MeasuredFigures | null;
}

/** Whether an experiment holds what the paper's figures show. */
export function isPaperLike({ experiment }: Pick<Results, "experiment">): boolean {
  const labels = new Set(experiment.policies.map(({ label }) => label));
  return ["P0", "P1", "P2", "P3", "SWITCH"].every((label) => labels.has(label));
}

/** Runs what the paper leaves open, on as many threads as there are cores. */
export async function runTrials(
  { experiment, world }: Pick<Results, "experiment" | "world">,
  onProgress: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<Trials> {
  const { channel, seeds, firstSeed, m, timeoutMs } = experiment;
  const dead = fastestDevice(world(firstSeed), timeoutMs);
  const plans = [...sensitivityPlans(), ...deadDevicePlans(channel.devices[dead]?.id ?? "")];
  const job = {
    channel,
    seeds: Array.from({ length: seeds }, (_, index) => firstSeed + index),
    m,
    timeoutMs,
    plans,
  };
  const module = path.join(__dirname, `trials${path.extname(__filename)}`);
  const parts = await runPool<TrialJob, TrialResult[]>(module, jobsOf(job), {
    onDone: onProgress,
    signal,
  });
  return { plans, results: mergeTrials(parts), dead };
}

/** The device that everyone who minds delay prefers. */
function fastestDevice(world: World, timeoutMs: number): number {
  const truth = new Float64Array(2);
  const delays = world.devices.map((_, d) => {
    world.truth(1, d, timeoutMs, truth);
    return truth[1] as number;
  });
  return delays.indexOf(Math.min(...delays));
}

/** Figures 3 to 5, the pass/fail table, notes and the sensitivity table. */
export function paperPart(options: PaperPartOptions): PaperPart {
  const { results, audits, hasReference, trials, live } = options;
  const runs: PaperRuns = Object.fromEntries(results.runs);
  const checks = hasReference ? acceptance(runs) : [];
  const figures = paperFigures(runs, live);
  const { devices } = results.experiment.channel;
  const isSensitivity = (plan: TrialPlan): boolean => plan.changes === undefined;
  const deadResults = trials.results.filter(
    (_, index) => !isSensitivity(trials.plans[index] as TrialPlan),
  );
  const rows = sensitivityRows(
    trials.plans,
    trials.results,
    results.world(1).devices,
    hasReference,
  );
  return {
    figures,
    checks,
    sections: [
      acceptanceSection(checks, hasReference),
      figuresSection(figures, live),
      notesSection(runs),
      {
        title: "A preferred device falls silent",
        note: `From slot 1001 on ${devices[trials.dead]?.id} loses everything. A loss teaches P1 nothing, so it goes on asking; the guard and the other policies notice.`,
        body: deadDeviceTable(deadDeviceRows(deadResults, trials.dead)),
      },
      {
        title: "What the paper leaves open",
        note: "Plateau figures (slots 1001–3000) of every other reading, the same seeds: differences to the pinned reading. Settled: slot from which the RTT of all runs together stays within 5 % of the plateau. Bands left: strict bands of the policy that this reading would fail.",
        body: sensitivityTable(rows),
      },
      {
        title: "Audit of the logs",
        note: "Eq. (2) replayed over the rewards of every run and compared with every stored q_after; no distribution is involved. P0: every stretch of D slots asks each device M times.",
        body: auditTable(audits),
      },
    ],
  };
}

function acceptanceSection(checks: readonly Check[], hasReference: boolean): Section {
  const passed = checks.filter(({ passes }) => passes).length;
  if (!hasReference) {
    const note =
      "The reference values are of the paper's channel with M = 3 and a time-out of 500 ms. This experiment has other settings, so there is nothing to hold it against.";
    return { title: "Held against the reference", note, body: "" };
  }
  return {
    title: `Held against the reference: ${passed} of ${checks.length} pass`,
    note: "Strict bands: |x − mean| ≤ 3.5·sd·√(1/N + 1/200) + floor, around an independent implementation's 200 seeds. The paper prints its figures only as images. Windows of the switch run: spread of the runs at hand.",
    body: `<details${passed === checks.length ? "" : " open"}><summary>Every band</summary>${acceptanceTable(checks)}</details>`,
  };
}

const LIVE_HINT =
  "Fig. 3(c) and 5(c) compare protocols and layers; in a virtual run they would be inputs. Measure them on a site: fogwot experiment report DIR --live";

function figuresSection(figures: readonly PaperFigure[], live: MeasuredFigures | null): Section {
  const shown = figures.map(({ svg, caption }) => figureHtml(svg, caption)).join("\n");
  return {
    title: "Figures 3 to 5",
    note: live ? "Virtual time unless a figure says live." : `Virtual time. ${LIVE_HINT}`,
    body: shown,
  };
}

function paperFigures(runs: PaperRuns, live: MeasuredFigures | null): PaperFigure[] {
  const { P0 = [], P1 = [], P2 = [], SWITCH = [] } = runs;
  const all = [
    ...deviceFigures(P0),
    ...comparisonFigures(runs),
    utilisationFigure(
      "fig4b-devices-p1",
      "Fig. 4(b)  Devices that P1 asks",
      "Fig. 4(b). Share of slots that ask each device under P1: all alike while it explores, then the devices with the lowest RTT.",
      P1,
    ),
    utilisationFigure(
      "fig5a-devices-p2",
      "Fig. 5(a)  Devices that P2 asks",
      "Fig. 5(a). Share of slots that ask each device under P2: the devices with the highest PDR.",
      P2,
    ),
    switchFigure(SWITCH),
    ...(live ? liveFigures(live) : []),
  ];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function notesSection(runs: PaperRuns): Section {
  const items = paperNotes(runs).map(
    ({ title, text }) => `<h3>${escapeXml(title)}</h3><p>${escapeXml(text)}</p>`,
  );
  return {
    title: "Where the paper's text does not follow from its parameters",
    body: items.join(""),
  };
}
