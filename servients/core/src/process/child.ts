import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { ChildProcessError, RemoteError, WaitTimeoutError } from "../errors";
import { deferred } from "../time";
import type { ToChild, ToParent } from "./messages";

export interface ChildOptions {
  readonly name: string;
  /** Compiled JavaScript that ends in `runProgram(…)`. */
  readonly entry: string;
  readonly config: unknown;
  /** Program and arguments that go on to run the rest: what enters a network namespace first. */
  readonly through?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** stdout and stderr are appended here; without it they go to the parent's stderr. */
  readonly logFile?: string;
  readonly onMessage?: (message: unknown) => void;
  readonly onExit: (reason: string) => void;
}

// With setpriv (util-linux) the kernel itself ends a child whose parent was killed, even one that
// is stopped or stuck in a loop; without it the child ends when its IPC channel closes.
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"].find((file) => existsSync(file));
const START_LIMIT_MS = 30_000;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: () => void;
}

/** One forked process: started, asked, ended. */
export class Child {
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #nextId = 1;
  #isRunning = true;
  readonly #ready = deferred<unknown>();

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#process = launch(options);
    // The caller awaits `ready`; this branch only keeps an early exit from counting as unhandled.
    this.ready.catch(() => undefined);
    const limit = setTimeout(() => {
      this.#ready.reject(new WaitTimeoutError(`start of ${options.name}`, START_LIMIT_MS));
      this.#process.kill("SIGKILL");
    }, START_LIMIT_MS);
    this.ready.then(
      () => clearTimeout(limit),
      () => clearTimeout(limit),
    );
    this.#exited = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => {
        this.#ended(signal ? `ended by ${signal}` : `exited with ${code}`);
        resolve();
      });
      this.#process.once("error", (error) => {
        this.#ended(error.message);
        resolve();
      });
    });
    this.#process.on("message", (message: ToParent) => this.#take(message));
    this.#say({ kind: "start", config: options.config });
  }

  /** Resolves with the program's report; rejects when it fails to start. */
  get ready(): Promise<unknown> {
    return this.#ready.promise;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  request(message: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#isRunning) {
        reject(new ChildProcessError(this.#options.name, "is not running"));
        return;
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new WaitTimeoutError(`answer of ${this.#options.name}`, timeoutMs));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, cancelTimer: () => clearTimeout(timer) });
      this.#say({ kind: "request", id, message });
    });
  }

  /** SIGTERM, then SIGKILL after `limitMs`; resolves when the process is gone. */
  async stop(limitMs: number): Promise<void> {
    if (!this.#isRunning) return;
    this.#process.kill("SIGTERM");
    const kill = setTimeout(() => this.#process.kill("SIGKILL"), limitMs);
    await this.#exited;
    clearTimeout(kill);
  }

  #say(message: ToChild): void {
    // A failed send means that the child is gone, which its exit event reports.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  #take(message: ToParent): void {
    switch (message.kind) {
      case "ready":
        this.#ready.resolve(message.report);
        break;
      case "failed":
        this.#ready.reject(new RemoteError(message.problem));
        break;
      case "answer":
        this.#settle(message.id)?.resolve(message.value);
        break;
      case "refused":
        this.#settle(message.id)?.reject(new RemoteError(message.problem));
        break;
      case "message":
        this.#options.onMessage?.(message.message);
        break;
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.cancelTimer();
    return pending;
  }

  #ended(reason: string): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    const error = new ChildProcessError(this.#options.name, reason);
    this.#ready.reject(error);
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
    this.#options.onExit(reason);
  }
}

function launch(options: ChildOptions): ChildProcess {
  const log = options.logFile ? openSync(options.logFile, "a", 0o600) : undefined;
  try {
    const output = log ?? process.stderr;
    const node = [process.execPath, ...process.execArgv.filter(isInherited), options.entry];
    const bound = SETPRIV ? [SETPRIV, "--pdeathsig", "KILL", "--", ...node] : node;
    const [command, ...args] = [...(options.through ?? []), ...bound];
    return spawn(command as string, args, {
      stdio: ["ignore", output, output, "ipc"],
      env: { ...process.env, ...options.env },
    });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** Memory and warning flags are passed on; a debugger port or test loader is not. */
function isInherited(flag: string): boolean {
  return flag.startsWith("--max-") || flag === "--expose-gc" || flag === "--no-warnings";
}
