import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { ChildProcessError, packageRoot } from "@fogwot/core/base";

const FIRMWARE = path.join(packageRoot(__dirname), "..", "..", "firmware");

/** The far end of a serial line, as a pseudo-terminal that can be unplugged. Built where missing. */
export class Pty {
  readonly path: string;
  /** What the driver wrote. */
  received = Buffer.alloc(0);
  isOpen = false;
  baudRate = 0;
  onBytes: (chunk: Buffer) => void = () => undefined;
  #process: ChildProcess | undefined;

  constructor(linkPath: string) {
    this.path = linkPath;
  }

  async plugIn(): Promise<this> {
    execFileSync("make", ["-s", "-C", FIRMWARE, "posix"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const executable = path.join(FIRMWARE, "build", "posix", "fogwot-line");
    const child = spawn(executable, [this.path], { stdio: ["pipe", "pipe", "pipe"] });
    this.#process = child;
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.onBytes(chunk);
    });
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        const said = JSON.parse(line) as { ready?: true; open?: boolean; baud?: number };
        if (said.ready) resolve();
        this.isOpen = said.open ?? this.isOpen;
        this.baudRate = said.baud ?? this.baudRate;
      });
      child.once("exit", (code) => reject(new ChildProcessError("fogwot-line", `ended: ${code}`)));
    });
    await ready;
    return this;
  }

  write(bytes: Uint8Array): void {
    this.#process?.stdin?.write(bytes);
  }

  /** A hang-up: the terminal is gone. */
  async unplug(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    this.isOpen = false;
  }
}
