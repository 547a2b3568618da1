import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { FogwotError } from "@fogwot/core";

/** A job of a pool failed; the others are given up. */
export class PoolError extends FogwotError {
  readonly code = "POOL";
  readonly title = "A worker failed";
  readonly status = 500;
}

export interface PoolOptions {
  /** @default as many as there are cores */
  readonly workers?: number;
  readonly onDone?: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
}

/** What a file run by the pool exports as `job`: pure, its input and output cloneable. */
export type Job<In, Out> = (input: In) => Out;

/**
 * Runs `job` of a module for every input, in as many threads as there are cores; results in the
 * order of the inputs. Sources that nobody compiled (tests) run in this thread.
 * @throws PoolError with the failure of the first job that failed
 */
export async function runPool<In, Out>(
  module: string,
  inputs: readonly In[],
  { workers = availableParallelism(), onDone, signal }: PoolOptions = {},
): Promise<Out[]> {
  if (module.endsWith(".ts") || workers < 2 || inputs.length < 2) {
    const { job } = require(module) as { job: Job<In, Out> };
    return inputs.map((input, index) => {
      signal?.throwIfAborted();
      const output = job(input);
      onDone?.(index + 1, inputs.length);
      return output;
    });
  }
  const outputs = new Array<Out>(inputs.length);
  let next = 0;
  let done = 0;
  const threads = Array.from(
    { length: Math.min(workers, inputs.length) },
    () => new Worker(THREAD, { eval: true, workerData: module }),
  );
  const serve = (thread: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let index = -1;
      const give = (): void => {
        if (next >= inputs.length || signal?.aborted) {
          resolve();
          return;
        }
        index = next++;
        thread.postMessage(inputs[index]);
      };
      thread.on("message", (output: Out) => {
        outputs[index] = output;
        onDone?.(++done, inputs.length);
        give();
      });
      thread.once("error", (cause) => {
        reject(
          new PoolError(`job ${index}: ${cause.message}`, { cause, details: { module, index } }),
        );
      });
      give();
    });
  try {
    await Promise.all(threads.map(serve));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  signal?.throwIfAborted();
  return outputs;
}

const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const { job } = require(workerData);
parentPort.on("message", (input) => parentPort.postMessage(job(input)));
`;
