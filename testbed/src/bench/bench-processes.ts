import * as path from "node:path";
import { compiledEntry, Supervisor, silentLogger, systemClock } from "@fogwot/core";
import { InterruptedError } from "../errors";
import { residentBytes } from "../files/process-table";
import type { LoadRequest, LoadResult } from "./load/load";

const ANSWER_MARGIN_MS = 20_000;
const USAGE_LIMIT_MS = 10_000;
const LOAD = "load";

/** What every server program of a benchmark answers. */
export type UsageQuestion = "cpu";

/** The child processes of one benchmark: servers of any kind, and one that makes the load. */
export class BenchProcesses implements AsyncDisposable {
  readonly #supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
  readonly #signal: AbortSignal;
  readonly #end = (): void => void this.stop();
  #hasLoad = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#end, { once: true });
  }

  /**
   * Starts a program and waits for its report.
   * @param program path of its source below this folder, without extension
   */
  async start<C, R>(
    name: string,
    program: string,
    config: C,
  ): Promise<{ readonly report: R; readonly startMs: number; readonly pid: number }> {
    const beginMs = performance.now();
    const entry = entryOf(program);
    const report = await this.#supervisor.start<C, R>({ name, entry, config, restart: false });
    const startMs = performance.now() - beginMs;
    const pid = this.#supervisor.children().find((child) => child.name === name)?.pid ?? -1;
    return { report, startMs, pid };
  }

  /** Runs one window of load. @throws InterruptedError */
  async load(request: LoadRequest): Promise<LoadResult> {
    if (!this.#hasLoad) await this.start(LOAD, "load/load", null);
    this.#hasLoad = true;
    if (this.#signal.aborted) throw new InterruptedError("the benchmark was interrupted");
    const limitMs = request.durationMs + ANSWER_MARGIN_MS;
    return (await this.#supervisor.request(LOAD, request, limitMs)) as LoadResult;
  }

  /** CPU time a program has used since its start, µs. */
  async cpuMicroseconds(name: string): Promise<number> {
    const question: UsageQuestion = "cpu";
    return (await this.#supervisor.request(name, question, USAGE_LIMIT_MS)) as number;
  }

  /** Resident memory of a program, MB; 0 where it is gone. */
  residentMb(name: string): number {
    const pid = this.#supervisor.children().find((child) => child.name === name)?.pid;
    return pid === undefined ? 0 : (residentBytes(pid) ?? 0) / 1024 / 1024;
  }

  async stop(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#end);
    await this.#supervisor.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function entryOf(program: string): string {
  return compiledEntry(path.join(__dirname, `${program}${path.extname(__filename)}`));
}
