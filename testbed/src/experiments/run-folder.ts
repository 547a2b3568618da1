import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { ConfigError } from "@fogwot/core/base";
import { csvRows } from "./csv-rows";
import { type Experiment, hashOf, runNameOf } from "./experiment";
import type { RunEvent, RunLog } from "./run-log";

/** What one run of one policy came to. */
export interface RunSummary {
  readonly policy: string;
  readonly seed: number;
  /** Slots played to their end: fewer than wanted when the policy failed. */
  readonly slots: number;
  readonly requests: number;
  readonly replies: number;
  readonly sumRttMs: number;
  readonly events: readonly RunEvent[];
}

/** experiment.json: what was asked for, and how far it is. */
export interface RunState {
  readonly format: 1;
  readonly name: string;
  /** Column `run` of every row. */
  readonly run: string;
  /** SHA-256 of the configuration, as in the first line of outcomes.csv. */
  readonly hash: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly configuration: Omit<Experiment, "base"> & { readonly base?: string };
  readonly isComplete: boolean;
  /** Seeds whose runs are finished. */
  readonly seedsDone: readonly number[];
  /** Of outcomes.csv, once it is complete. */
  readonly outcomes?: { readonly rows: number; readonly bytes: number; readonly sha256: string };
  readonly runs?: readonly RunSummary[];
}

/** The output folder of an experiment: finished seeds stay in `jobs/` until all are there. */
export class RunFolder {
  readonly folder: string;
  readonly experiment: Experiment;
  readonly hash: string;
  readonly #versions: Readonly<Record<string, string>>;

  /**
   * Opens or makes the folder.
   * @throws ConfigError when it holds the results of another configuration
   */
  constructor(folder: string, experiment: Experiment, versions: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.experiment = experiment;
    this.hash = hashOf(experiment);
    this.#versions = versions;
    const before = readState(folder);
    if (before && before.hash !== this.hash) {
      const got = `sha256=${before.hash.slice(0, 8)} in it, sha256=${this.hash.slice(0, 8)} asked for`;
      const wanted = "the same configuration: give another folder with --out";
      throw new ConfigError(path.join(folder, "experiment.json"), [{ path: "/hash", got, wanted }]);
    }
    mkdirSync(this.jobs, { recursive: true });
    if (!before) this.write({ isComplete: false, seedsDone: [] });
  }

  get jobs(): string {
    return path.join(this.folder, "jobs");
  }

  /** In the order of outcomes.csv. */
  get seeds(): number[] {
    const { firstSeed, seeds } = this.experiment;
    return Array.from({ length: seeds }, (_, index) => firstSeed + index);
  }

  get state(): RunState | undefined {
    return readState(this.folder);
  }

  seedsDone(): number[] {
    const files = new Set(readdirSync(this.jobs));
    return this.seeds.filter((seed) => files.has(`${seed}.json`) && files.has(`${seed}.rows`));
  }

  rowsFile(seed: number): string {
    return path.join(this.jobs, `${seed}.rows`);
  }

  summaries(seed: number): RunSummary[] {
    return JSON.parse(readFileSync(path.join(this.jobs, `${seed}.json`), "utf8"));
  }

  write(progress: Pick<RunState, "isComplete" | "seedsDone"> & Partial<RunState>): void {
    const { base, ...configuration } = this.experiment;
    const hasPaths = configuration.policies.some(({ segments }) =>
      segments.some(({ source }) => source !== null),
    );
    const state: RunState = {
      format: 1,
      name: configuration.name,
      run: runNameOf(this.experiment),
      hash: this.hash,
      versions: this.#versions,
      ...progress,
      configuration: { ...configuration, ...(hasPaths && { base }) },
    };
    replaceFile(path.join(this.folder, "experiment.json"), `${JSON.stringify(state, null, 2)}\n`);
  }
}

/** experiment.json of a folder; undefined where there is none. @throws ConfigError when it is broken */
export function readState(folder: string): RunState | undefined {
  const file = path.join(folder, "experiment.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunState;
  } catch (cause) {
    const wanted = "JSON; delete the folder to start anew";
    throw new ConfigError(file, [{ path: "/", got: String(cause), wanted }], { cause });
  }
}

/** Leaves a seed's rows and, after them, its summaries: only both make it finished. */
export function storeSeed(jobs: string, seed: number, logs: readonly RunLog[]): void {
  const rows = path.join(jobs, `${seed}.rows`);
  const unfinished = `${rows}.${process.pid}.tmp`;
  const file = openSync(unfinished, "w");
  try {
    for (const log of logs) for (const piece of csvRows(log)) writeSync(file, piece);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, rows);
  replaceFile(path.join(jobs, `${seed}.json`), JSON.stringify(logs.map(summaryOf)));
}

function summaryOf(log: RunLog): RunSummary {
  let replies = 0;
  let sumRttMs = 0;
  for (let i = 0; i < log.count; i++) {
    if (log.ok[i] !== 1) continue;
    replies++;
    sumRttMs += log.rttMs[i] as number;
  }
  const { policy, seed, slots, count, events = [] } = log;
  return { policy, seed, slots, requests: count, replies, sumRttMs, events };
}

/** A reader, or a run that goes on after a kill, sees the old file or the new one, never half. */
function replaceFile(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

/** Takes away what only an unfinished run needs. */
export function removeJobs(jobs: string): void {
  rmSync(jobs, { recursive: true, force: true });
}
