import { parentPort, workerData } from "node:worker_threads";
import { FogwotError, type ProblemDetails } from "@fogwot/core/base";
import { explainFileError } from "./errors";
import type { Experiment } from "./experiment";
import { playSeed } from "./play-seed";
import { storeSeed } from "./run-folder";

/** What a worker thread starts with; it then gets seeds, and answers each when its rows stand. */
export interface SeedWorkerData {
  readonly experiment: Experiment;
  readonly jobs: string;
}

export interface SeedAnswer {
  readonly seed: number;
  /** Why it could not be played. */
  readonly problem?: ProblemDetails;
}

const { experiment, jobs } = workerData as SeedWorkerData;

parentPort?.on("message", (seed: number) => {
  try {
    storeSeed(jobs, seed, playSeed(experiment, seed));
    parentPort?.postMessage({ seed } satisfies SeedAnswer);
  } catch (thrown) {
    const error = explainFileError(thrown, jobs);
    // Anything else is a bug: it ends this thread, and reaches the other with its stack.
    if (!(error instanceof FogwotError)) throw error;
    parentPort?.postMessage({ seed, problem: error.toProblem() } satisfies SeedAnswer);
  }
});
