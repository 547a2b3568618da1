import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { csvToParquet, StoreEngineMissingError } from "@fogwot/mashups/base";
import { version } from "../cli/version";
import { csvHead, OUTCOME_COLUMNS } from "./csv-rows";
import { explainFileError } from "./errors";
import { type Experiment, runNameOf } from "./experiment";
import { RunFolder, type RunState, removeJobs } from "./run-folder";
import { playSeeds } from "./seed-pool";

export interface RunExperimentOptions {
  readonly experiment: Experiment;
  /** @default a folder named after the run, in the working directory */
  readonly folder?: string;
  /** @default one per core */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly seeds: number }) => void;
}

export interface ExperimentResult {
  readonly folder: string;
  readonly state: RunState;
  /** Why outcomes.parquet was not written, if it was asked for. */
  readonly withoutParquet?: string;
}

const WRITE_STATE_MS = 1_000;

/**
 * Runs an experiment into a folder: outcomes.csv, the same bytes for the same configuration whatever
 * the number of threads; outcomes.parquet; experiment.json. A run that was killed goes on with the
 * seeds that are missing; a finished one is not run again.
 * @throws ConfigError when the folder holds another configuration's results; InterruptedError
 */
export async function runExperiment(options: RunExperimentOptions): Promise<ExperimentResult> {
  const { experiment, onProgress } = options;
  const folder = path.resolve(options.folder ?? runNameOf(experiment));
  try {
    const run = new RunFolder(folder, experiment, { fogwot: version(), node: process.version });
    if (run.state?.isComplete !== true) {
      await playMissing(run, options);
      await finish(run);
    }
    const seeds = experiment.seeds;
    onProgress?.({ done: seeds, seeds });
    const withoutParquet = await writeParquet(run);
    const result = { folder, state: run.state as RunState };
    return withoutParquet === undefined ? result : { ...result, withoutParquet };
  } catch (error) {
    throw explainFileError(error, folder);
  }
}

async function playMissing(run: RunFolder, options: RunExperimentOptions): Promise<void> {
  const { experiment, onProgress, threads = availableParallelism() } = options;
  const done = new Set(run.seedsDone());
  let writtenMs = Date.now();
  await playSeeds({
    experiment,
    jobs: run.jobs,
    seeds: run.seeds.filter((seed) => !done.has(seed)),
    threads,
    signal: options.signal ?? new AbortController().signal,
    onDone(seed) {
      done.add(seed);
      onProgress?.({ done: done.size, seeds: experiment.seeds });
      if (Date.now() - writtenMs < WRITE_STATE_MS) return;
      writtenMs = Date.now();
      run.write({ isComplete: false, seedsDone: [...done].sort((a, b) => a - b) });
    },
  });
}

/** Puts the seeds' rows together, in order of seeds. */
async function finish(run: RunFolder): Promise<void> {
  const csv = path.join(run.folder, "outcomes.csv");
  const unfinished = `${csv}.${process.pid}.tmp`;
  const sha256 = createHash("sha256");
  let bytes = 0;
  let lines = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      sha256.update(chunk);
      bytes += chunk.length;
      callback(null, chunk);
    },
  });
  async function* parts(): AsyncGenerator<Buffer> {
    yield Buffer.from(csvHead(run.experiment.name, run.hash));
    for (const seed of run.seeds) yield* createReadStream(run.rowsFile(seed), BIG_PIECES);
  }
  await pipeline(Readable.from(parts()), count, createWriteStream(unfinished));
  renameSync(unfinished, csv);
  rmSync(path.join(run.folder, "outcomes.parquet"), { force: true });
  const runs = run.seeds.flatMap((seed) => run.summaries(seed));
  for (const { requests } of runs) lines += requests;
  const outcomes = { rows: lines, bytes, sha256: sha256.digest("hex") };
  run.write({ isComplete: true, seedsDone: run.seeds, outcomes, runs });
  removeJobs(run.jobs);
}

const BIG_PIECES = { highWaterMark: 1 << 20 };

/** @returns why it could not be written */
async function writeParquet(run: RunFolder): Promise<string | undefined> {
  const parquet = path.join(run.folder, "outcomes.parquet");
  if (!run.experiment.outputs.includes("parquet") || existsSync(parquet)) return undefined;
  const csv = path.join(run.folder, "outcomes.csv");
  try {
    await csvToParquet({ csv, parquet, columns: OUTCOME_COLUMNS, skipLines: 1 });
    return undefined;
  } catch (error) {
    // The engine has no binary for every machine; the CSV says the same.
    if (error instanceof StoreEngineMissingError) return error.message;
    throw error;
  }
}
