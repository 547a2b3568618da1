import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { type Clock, compiledEntry, type Logger } from "@fogwot/core";
import { findProgram } from "../doctor/find-program";
import type { ScriptConfig, ScriptEnd } from "../script/messages";
import { BoundedLog } from "./bounded-log";

/** `ended`: the script came to its end by itself, and is not started again. */
export type MashupState = "running" | "restarting" | "ended" | "stopped";

/** A script that runs beside the server, as people see it. */
export interface MashupStatus {
  readonly name: string;
  /** Absolute. */
  readonly script: string;
  readonly args: readonly string[];
  readonly state: MashupState;
  readonly pid: number | null;
  readonly restarts: number;
  /** ms since 1970; of the process that runs, or ran last. */
  readonly startedAtMs: number;
  /** Why the last process ended; null before one did. */
  readonly exitReason: string | null;
  readonly logFile: string;
}

export interface RunningMashupOptions {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Asked anew at each start: Things come and go. */
  readonly config: () => Promise<Omit<ScriptConfig, "script" | "args">>;
  /** Marks the process as one of this run. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** @default first 100 ms, doubled up to 30 s; back to first after a minute of running */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

const STEADY_MS = 60_000;
/** A script may use `signal` to end by itself; one that does not is killed then. */
const STOP_LIMIT_MS = 2_000;

/** Keeps one author's script running in a process of its own, and its output in a log. */
export class RunningMashup {
  readonly #options: RunningMashupOptions;
  readonly #output: BoundedLog;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #state: MashupState = "stopped";
  #restarts = 0;
  #startedAtMs = 0;
  #delayMs: number;
  #exitReason: string | null = null;
  #cancelRestart: () => void = () => undefined;

  constructor(options: RunningMashupOptions) {
    this.#options = options;
    this.#output = new BoundedLog(options.logFile);
    this.#delayMs = this.#backoff.firstMs;
  }

  get status(): MashupStatus {
    const { name, script, args, logFile } = this.#options;
    return {
      ...{ name, script, args, logFile },
      state: this.#state,
      pid: this.#child?.pid ?? null,
      restarts: this.#restarts,
      startedAtMs: this.#startedAtMs,
      exitReason: this.#exitReason,
    };
  }

  /** @throws what stands in the way of the first start */
  async start(): Promise<void> {
    this.#state = "running";
    try {
      await this.#launch();
    } catch (error) {
      this.#state = "stopped";
      throw error;
    }
  }

  /** Ends it, as Ctrl-C does, and then by force. Idempotent. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    this.#cancelRestart();
    const child = this.#child;
    if (!child) return;
    child.kill("SIGTERM");
    const cancel = this.#options.clock.schedule(STOP_LIMIT_MS, () => child.kill("SIGKILL"));
    await this.#exited;
    cancel();
  }

  get #backoff() {
    return this.#options.backoff ?? { firstMs: 100, maxMs: 30_000 };
  }

  async #launch(): Promise<void> {
    const { script, args, env, clock } = this.#options;
    const config: ScriptConfig = { ...(await this.#options.config()), script, args };
    if (this.#state === "stopped") return;
    const source = `../script/script-process${path.extname(__filename)}`;
    const entry = compiledEntry(path.join(__dirname, source));
    this.#startedAtMs = clock.now();
    this.#say(`started ${script} ${args.join(" ")}`.trimEnd());
    // The kernel ends it with us even when it is stuck in a loop; where setpriv is missing, it ends
    // by itself when its channel closes.
    const guard = findProgram("setpriv");
    const before = guard ? [guard, "--pdeathsig", "KILL", "--"] : [];
    const [program = "", ...rest] = [...before, process.execPath, ...process.execArgv, entry];
    const child = spawn(program, rest, {
      cwd: path.dirname(script),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    this.#state = "running";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => this.#output.append(chunk));
    }
    let end: ScriptEnd | undefined;
    child.on("message", (message: ScriptEnd) => {
      end = message;
    });
    this.#exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        if (this.#child === child) this.#onExit(reason, end);
        resolve();
      };
      child.once("error", (error) => ended(error.message));
      child.once("close", (code, killedBy) => ended(killedBy ?? `exit code ${code}`));
    });
    child.send(config, () => undefined);
  }

  #onExit(reason: string, end: ScriptEnd | undefined): void {
    this.#child = undefined;
    this.#exitReason = end?.kind === "failed" ? end.message : (end?.kind ?? reason);
    this.#say(`ended: ${this.#exitReason}`);
    if (this.#state === "stopped") return;
    if (end?.kind === "done" || (!end && reason === "exit code 0")) {
      this.#state = "ended";
      return;
    }
    this.#restartLater();
  }

  #restartLater(): void {
    const { clock, log, name } = this.#options;
    const { firstMs, maxMs } = this.#backoff;
    if (clock.now() - this.#startedAtMs > STEADY_MS) this.#delayMs = firstMs;
    log.warn({ mashup: name, reason: this.#exitReason, inMs: this.#delayMs }, "a mash-up ended");
    this.#state = "restarting";
    this.#cancelRestart = clock.schedule(this.#delayMs, () => void this.#restart());
    this.#delayMs = Math.min(maxMs, this.#delayMs * 2);
  }

  async #restart(): Promise<void> {
    this.#restarts++;
    try {
      await this.#launch();
    } catch (error) {
      // The server may be restarting itself.
      this.#exitReason = String(error);
      this.#restartLater();
    }
  }

  /** A line of ours between the script's own. */
  #say(text: string): void {
    this.#output.append(`--- ${new Date(this.#options.clock.now()).toISOString()} ${text}\n`);
  }
}
