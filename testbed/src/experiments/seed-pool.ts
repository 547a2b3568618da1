import path from "node:path";
import { Worker } from "node:worker_threads";
import { compiledEntry, RemoteError } from "@fogwot/core/base";
import { InterruptedError } from "../errors";
import type { SeedAnswer, SeedWorkerData } from "./seed-worker";

export interface SeedPoolOptions extends SeedWorkerData {
  readonly seeds: readonly number[];
  /** Threads. */
  readonly threads: number;
  readonly signal: AbortSignal;
  onDone(seed: number): void;
}

/**
 * Plays seeds on as many threads. The first failure ends all; what is finished stays.
 * @throws the first seed's error; InterruptedError when aborted
 */
export async function playSeeds(options: SeedPoolOptions): Promise<void> {
  const { seeds, threads, signal, experiment, jobs, onDone } = options;
  const waiting = [...seeds];
  const entry = compiledEntry(path.join(__dirname, `seed-worker${path.extname(__filename)}`));
  const count = Math.min(threads, seeds.length);
  const workers = Array.from(
    { length: count },
    () => new Worker(entry, { workerData: { experiment, jobs } satisfies SeedWorkerData }),
  );
  const interrupted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new InterruptedError("interrupted; run it again to go on"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    const working = workers.map((worker) => drive(worker, waiting, onDone));
    await Promise.race([Promise.all(working), interrupted]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Gives one worker seeds until none is left. */
function drive(worker: Worker, waiting: number[], onDone: (seed: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const seed = waiting.shift();
      if (seed === undefined) resolve();
      else worker.postMessage(seed);
    };
    worker.on("message", ({ seed, problem }: SeedAnswer) => {
      if (problem) {
        reject(new RemoteError(problem));
        return;
      }
      onDone(seed);
      next();
    });
    worker.on("error", reject);
    next();
  });
}
