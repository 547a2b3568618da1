import { compiledEntry, Supervisor, silentLogger, systemClock } from "@fogwot/core";
import { residentBytes } from "../files/process-table";

export interface ProcessesOptions {
  /** Added to the environment of each. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Started<R> {
  readonly report: R;
  /** From its fork to its report. */
  readonly startMs: number;
  readonly pid: number;
}

const USAGE_LIMIT_MS = 10_000;

/** Child processes of one benchmark or long run; none is started again, none outlives this one. */
export class Processes implements AsyncDisposable {
  /** Name and reason of each that ended by itself. */
  readonly crashed: string[] = [];
  readonly #supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
  readonly #env: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;
  readonly #abort = (): void => void this.stop();
  readonly #ended = new Set<string>();
  #isStopping = false;

  constructor(signal: AbortSignal, { env = {} }: ProcessesOptions = {}) {
    this.#signal = signal;
    this.#env = env;
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Starts a program and waits for its report.
   * @param source its source file, which ends in `serve(…)` or `runProgram(…)`
   */
  async start<C, R>(name: string, source: string, config: C): Promise<Started<R>> {
    const beginMs = performance.now();
    const report = await this.#supervisor.start<C, R>({
      name,
      entry: compiledEntry(source),
      config,
      env: this.#env,
      restart: false,
      onDown: (reason) => {
        if (!this.#isStopping && !this.#ended.has(name)) this.crashed.push(`${name}: ${reason}`);
      },
    });
    return { report, startMs: performance.now() - beginMs, pid: this.pidOf(name) };
  }

  /** @throws NotFoundError, ChildProcessError, RemoteError, WaitTimeoutError */
  async ask<T>(name: string, message: unknown, limitMs: number): Promise<T> {
    return (await this.#supervisor.request(name, message, limitMs)) as T;
  }

  /** CPU time a program that `serve`s has used since its start, µs. */
  cpuMicroseconds(name: string): Promise<number> {
    return this.ask(name, "cpu", USAGE_LIMIT_MS);
  }

  /** Resident memory of a program, MB; 0 where it is gone. */
  residentMb(name: string): number {
    return (residentBytes(this.pidOf(name)) ?? 0) / 1024 / 1024;
  }

  pidOf(name: string): number {
    return this.#supervisor.children().find((child) => child.name === name)?.pid ?? -1;
  }

  /** Ends one that has done its part. */
  async stopChild(name: string): Promise<void> {
    this.#ended.add(name);
    await this.#supervisor.stopChild(name);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#signal.removeEventListener("abort", this.#abort);
    await this.#supervisor.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
