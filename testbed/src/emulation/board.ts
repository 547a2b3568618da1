import { type ChildProcess, spawn } from "node:child_process";
import * as readline from "node:readline";
import { ChildProcessError, type Clock, type Logger } from "@fogwot/core";

export interface BoardOptions {
  readonly device: string;
  readonly executable: string;
  readonly firmware: string;
  readonly seed: number;
  readonly readingPeriodMs: number;
  readonly silent: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with the board's address each time it runs, with undefined when it died. */
  readonly onAddress: (address: { host: string; port: number } | undefined) => void;
}

const START_LIMIT_MS = 5_000;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;

/**
 * One emulated board: the firmware as a Linux process, started again when it dies. It ends when
 * its stdin does, so it cannot outlive this process even when that is killed.
 */
export class Board {
  readonly #options: BoardOptions;
  #process: ChildProcess | undefined;
  #isStopped = false;
  #backoffMs = FIRST_BACKOFF_MS;
  #cancelRestart: () => void = () => undefined;
  #restarts = 0;

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves when the board listens. @throws ChildProcessError */
  async start(): Promise<void> {
    const address = await this.#launch();
    this.#options.onAddress(address);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRestart();
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.end();
    child.kill("SIGTERM");
    const kill = this.#options.clock.schedule(1_000, () => child.kill("SIGKILL"));
    await exited;
    kill();
  }

  #launch(): Promise<{ host: string; port: number }> {
    const { executable, firmware, seed, readingPeriodMs, silent, device, log } = this.#options;
    const args = ["--type", firmware, "--udp", "127.0.0.1:0", "--seed", String(seed)];
    args.push("--reading-period-ms", String(readingPeriodMs));
    if (silent) args.push("--silent");
    const child = spawn(executable, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#process = child;
    // The pipe breaks when the board dies, which its exit reports.
    child.stdin.on("error", () => undefined);
    let lastWords = "";
    readline.createInterface({ input: child.stderr }).on("line", (line) => {
      lastWords = line;
      log.info({ device, line }, "board says");
    });
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.schedule(START_LIMIT_MS, () => {
        child.kill("SIGKILL");
        reject(new ChildProcessError(`board ${device}`, `said nothing in ${START_LIMIT_MS} ms`));
      });
      let isReady = false;
      const lines = readline.createInterface({ input: child.stdout });
      lines.on("line", (line) => {
        const address = readyAddress(line);
        if (isReady || !address) return;
        isReady = true;
        cancel();
        resolve(address);
      });
      const onEnd = (reason: string): void => {
        cancel();
        if (isReady) this.#died(reason);
        else reject(new ChildProcessError(`board ${device}`, reason));
      };
      child.once("error", (error) => onEnd(error.message));
      // At "exit" its last words may still be in the pipe.
      child.once("close", (code, signal) => {
        onEnd([`ended with ${code ?? signal}`, lastWords].filter((part) => part !== "").join(": "));
      });
    });
  }

  #died(reason: string): void {
    if (this.#isStopped) return;
    const { clock, device, log, onAddress } = this.#options;
    log.warn({ device, reason }, "board ended, starting it again");
    onAddress(undefined);
    this.#cancelRestart = clock.schedule(this.#backoffMs, () => void this.#restart());
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, this.#backoffMs * 2);
  }

  async #restart(): Promise<void> {
    this.#restarts++;
    try {
      await this.start();
      this.#backoffMs = FIRST_BACKOFF_MS;
    } catch (error) {
      this.#options.log.error({ device: this.#options.device, err: error }, "board restart failed");
      this.#died("did not start");
    }
  }
}

/** `{"ready":true,"udp":"127.0.0.1:PORT"}`; anything else is not the line awaited. */
function readyAddress(line: string): { host: string; port: number } | undefined {
  try {
    const said = JSON.parse(line) as { ready?: boolean; udp?: string };
    const [host, port] = (said.ready && said.udp ? said.udp : "").split(":");
    return host && port ? { host, port: Number(port) } : undefined;
  } catch {
    // A board may print other lines; only the one JSON line counts.
    return undefined;
  }
}
