import { NotFoundError } from "../errors";
import type { Logger } from "../log";
import type { Clock } from "../time";
import { Child } from "./child";

export interface ChildSpec<C, R> {
  readonly name: string;
  /** Compiled JavaScript whose last line is `runProgram(…)`; see `compiledEntry`. */
  readonly entry: string;
  /** Given anew at a restart, so that a child can be told to take the ports it had before. */
  readonly config: C | ((previous: R | undefined) => C);
  /** Program and arguments that go on to run the rest: what enters a network namespace first. */
  readonly through?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile?: string;
  /** @default true */
  readonly restart?: boolean;
  /** A first start that fails is told to the caller, and tried again like any later one. @default false */
  readonly retriesFirstStart?: boolean;
  readonly onMessage?: (message: unknown) => void;
  readonly onRestart?: (report: R) => void;
  readonly onDown?: (reason: string) => void;
  /** A start failed, the first or a later one; the next follows with back-off. */
  readonly onStartFailed?: (error: unknown) => void;
}

export type ChildState = "starting" | "running" | "restarting" | "stopped";

export interface ChildStatus {
  readonly name: string;
  readonly pid: number | undefined;
  readonly state: ChildState;
  readonly restarts: number;
  readonly startedAtMs: number;
}

export interface SupervisorOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** @default first 100 ms, doubled up to 5000 ms; back to first after a minute of running */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
  /** A child that has not ended by then is killed. @default 2800 ms */
  readonly stopLimitMs?: number;
}

interface Entry {
  readonly spec: ChildSpec<unknown, unknown>;
  child: Child | undefined;
  report: unknown;
  state: ChildState;
  restarts: number;
  startedAtMs: number;
  delayMs: number;
  cancelRestart: () => void;
}

const STEADY_MS = 60_000;

/**
 * Keeps forked programs running: any that dies is started again with back-off, none outlives this
 * process, and `stop` ends all of them.
 */
export class Supervisor {
  readonly #entries = new Map<string, Entry>();
  readonly #options: Required<SupervisorOptions>;

  constructor(options: SupervisorOptions) {
    this.#options = {
      backoff: { firstMs: 100, maxMs: 5_000 },
      stopLimitMs: 2_800,
      ...options,
    };
  }

  /**
   * Starts a child and waits for its report. With `retriesFirstStart` the child is kept, and tried
   * again, also where this rejects.
   * @throws RemoteError with the child's own problem, ChildProcessError, WaitTimeoutError
   */
  async start<C, R>(spec: ChildSpec<C, R>): Promise<R> {
    const entry: Entry = {
      spec: spec as ChildSpec<unknown, unknown>,
      child: undefined,
      report: undefined,
      state: "starting",
      restarts: 0,
      startedAtMs: 0,
      delayMs: this.#options.backoff.firstMs,
      cancelRestart: () => undefined,
    };
    this.#entries.set(spec.name, entry);
    try {
      return (await this.#launch(entry)) as R;
    } catch (error) {
      if (spec.retriesFirstStart) {
        spec.onStartFailed?.(error);
        throw error;
      }
      entry.state = "stopped";
      this.#entries.delete(spec.name);
      await entry.child?.stop(this.#options.stopLimitMs);
      throw error;
    }
  }

  /** Asks a running child. @throws NotFoundError, ChildProcessError, RemoteError, WaitTimeoutError */
  async request(name: string, message: unknown, timeoutMs: number): Promise<unknown> {
    const entry = this.#entries.get(name);
    if (!entry?.child) throw new NotFoundError(`child process ${name}`);
    return entry.child.request(message, timeoutMs);
  }

  children(): ChildStatus[] {
    return [...this.#entries.values()].map((entry) => ({
      name: entry.spec.name,
      pid: entry.child?.pid,
      state: entry.state,
      restarts: entry.restarts,
      startedAtMs: entry.startedAtMs,
    }));
  }

  async stopChild(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (!entry) return;
    entry.state = "stopped";
    entry.cancelRestart();
    this.#entries.delete(name);
    await entry.child?.stop(this.#options.stopLimitMs);
  }

  /** Ends every child, at once and together. */
  async stop(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((name) => this.stopChild(name)));
  }

  async #launch(entry: Entry): Promise<unknown> {
    const { spec } = entry;
    const { clock } = this.#options;
    const config = typeof spec.config === "function" ? spec.config(entry.report) : spec.config;
    entry.startedAtMs = clock.now();
    const child = new Child({
      name: spec.name,
      entry: spec.entry,
      config,
      ...(spec.through ? { through: spec.through } : {}),
      ...(spec.env ? { env: spec.env } : {}),
      ...(spec.logFile ? { logFile: spec.logFile } : {}),
      ...(spec.onMessage ? { onMessage: spec.onMessage } : {}),
      onExit: (reason) => this.#onExit(entry, reason),
    });
    entry.child = child;
    const report = await child.ready;
    entry.report = report;
    entry.state = "running";
    return report;
  }

  #onExit(entry: Entry, reason: string): void {
    // A first start that fails is its caller's to handle; one that was stopped stays stopped.
    const isCallers = entry.state === "starting" && !entry.spec.retriesFirstStart;
    if (entry.state === "stopped" || isCallers) return;
    const { backoff, clock, log } = this.#options;
    log.warn({ child: entry.spec.name, reason }, "child process ended");
    entry.spec.onDown?.(reason);
    if (entry.spec.restart === false) {
      entry.state = "stopped";
      return;
    }
    entry.state = "restarting";
    if (clock.now() - entry.startedAtMs > STEADY_MS) entry.delayMs = backoff.firstMs;
    entry.cancelRestart = clock.schedule(entry.delayMs, () => void this.#restart(entry));
    entry.delayMs = Math.min(backoff.maxMs, entry.delayMs * 2);
  }

  async #restart(entry: Entry): Promise<void> {
    entry.restarts++;
    try {
      const report = await this.#launch(entry);
      entry.spec.onRestart?.(report);
    } catch (error) {
      // The exit that comes with a failed start schedules the next try.
      this.#options.log.error({ child: entry.spec.name, err: error }, "restart failed");
      entry.spec.onStartFailed?.(error);
    }
  }
}
