import * as path from "node:path";
import { InterruptedError } from "../errors";
import { Processes } from "../programs/processes";
import type { LoadRequest, LoadResult } from "./load/load";

const ANSWER_MARGIN_MS = 20_000;
const LOAD = "load";

/** The child processes of one benchmark: servers of any kind, and one that makes the load. */
export class BenchProcesses extends Processes {
  readonly #signal: AbortSignal;
  #hasLoad = false;

  constructor(signal: AbortSignal) {
    super(signal);
    this.#signal = signal;
  }

  /** Runs one window of load. @throws InterruptedError */
  async load(request: LoadRequest): Promise<LoadResult> {
    if (!this.#hasLoad) await this.start(LOAD, benchProgram("load/load"), null);
    this.#hasLoad = true;
    if (this.#signal.aborted) throw new InterruptedError("the benchmark was interrupted");
    return this.ask(LOAD, request, request.durationMs + ANSWER_MARGIN_MS);
  }
}

/** @param name path of a program's source below this folder, without extension */
export function benchProgram(name: string): string {
  return path.join(__dirname, `${name}${path.extname(__filename)}`);
}
