import { type ChildProcess, spawn } from "node:child_process";
import * as readline from "node:readline";
import { ChildProcessError, type Clock, type Logger } from "@fogwot/core";

export interface EmulatedLineOptions {
  /** The terminal's name for the driver: a link, made anew with every plugging in. */
  readonly path: string;
  /** fogwot-line of the firmware folder. */
  readonly executable: string;
  /** The far end's speed, bits per second, 8N1. A driver that is set to another is not understood. */
  readonly baudRate: number;
  /** Whether what goes to the driver takes as long as at that speed. @default false */
  readonly isPaced?: boolean;
  /** What the driver has written. */
  readonly onBytes: (chunk: Buffer) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const START_LIMIT_MS = 5_000;
const STOP_LIMIT_MS = 1_000;
/** Bytes a driver has not read yet; more are lost, as in a UART whose buffer is full. */
const MAX_WAITING_BYTES = 65_536;
const SLOWEST_BAUD = 110;
const FASTEST_BAUD = 4_000_000;
const NEWLINE_JSON = /^\{.*\}$/;

/** JSON Schema of the setting `baudRate` of whatever is at the far end of a line. */
export function baudRateSetting(byDefault: number, slowest = SLOWEST_BAUD): object {
  return {
    type: "integer",
    minimum: slowest,
    maximum: FASTEST_BAUD,
    default: byDefault,
    description: "8N1. A driver that is set to another speed is not understood.",
  };
}

/** The far end of a serial line, for an emulator: plugged in, spoken on, unplugged. */
export class EmulatedLine {
  readonly #options: EmulatedLineOptions;
  #process: ChildProcess | undefined;
  #isOpen = false;
  #baudRate: number | null = null;

  constructor(options: EmulatedLineOptions) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.path;
  }

  /** Whether a driver has the line open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** As the driver has set it; null before it sent anything. */
  get baudRate(): number | null {
    return this.#baudRate;
  }

  /** Resolves when a driver can open it. @throws ChildProcessError */
  async plugIn(): Promise<void> {
    if (this.#process) return;
    const { path, executable, baudRate, isPaced = false, onBytes, clock } = this.#options;
    const pace = isPaced ? [String(baudRate)] : [];
    const child = spawn(executable, [path, ...pace], { stdio: ["pipe", "pipe", "pipe"] });
    this.#process = child;
    // The pipe breaks when the program ends, which its exit reports.
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      if (this.#isUnderstood) onBytes(chunk);
    });
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.schedule(START_LIMIT_MS, () => {
        child.kill("SIGKILL");
        reject(new ChildProcessError("fogwot-line", `said nothing in ${START_LIMIT_MS} ms`));
      });
      readline.createInterface({ input: child.stderr }).on("line", (line) => {
        if (this.#hear(line)) resolve();
      });
      child.once("error", (cause) => {
        cancel();
        reject(new ChildProcessError("fogwot-line", cause.message));
      });
      child.once("exit", (code, signal) => {
        cancel();
        this.#ended(child);
        reject(new ChildProcessError("fogwot-line", `ended with ${code ?? signal}`));
      });
      child.stderr.once("data", cancel);
    });
  }

  /** A hang-up for the driver; idempotent. */
  async unplug(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    this.#isOpen = false;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const kill = this.#options.clock.schedule(STOP_LIMIT_MS, () => child.kill("SIGKILL"));
    await exited;
    kill();
  }

  /** What the far end says; lost where nobody reads, or reads at another speed. */
  say(bytes: Uint8Array): void {
    if (this.#isUnderstood && !this.write(bytes)) this.#options.log.debug("nobody reads the line");
  }

  /** Whatever the driver's speed. @returns false where the bytes are lost: unplugged, or nobody reads */
  write(bytes: Uint8Array): boolean {
    const pipe = this.#process?.stdin;
    if (!pipe || pipe.writableLength + bytes.length > MAX_WAITING_BYTES) return false;
    pipe.write(bytes);
    return true;
  }

  /** A wrong speed makes noise of every byte; both ends wait in vain. */
  get #isUnderstood(): boolean {
    return this.#baudRate === null || this.#baudRate === this.#options.baudRate;
  }

  /** @returns whether the line stands now */
  #hear(line: string): boolean {
    if (!NEWLINE_JSON.test(line)) {
      this.#options.log.warn({ line }, "fogwot-line says");
      return false;
    }
    const said = JSON.parse(line) as { ready?: boolean; open?: boolean; baud?: number };
    this.#isOpen = said.open ?? this.#isOpen;
    this.#baudRate = said.baud ?? this.#baudRate;
    return said.ready === true;
  }

  #ended(child: ChildProcess): void {
    if (child !== this.#process) return;
    this.#process = undefined;
    this.#isOpen = false;
    this.#options.log.warn({ path: this.#options.path }, "the emulated line ended");
  }
}
