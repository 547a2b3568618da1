import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { ChildProcessError, packageRoot } from "@fogwot/core/base";

const FIRMWARE = path.join(packageRoot(__dirname), "..", "..", "firmware");

/** The firmware's own core, compiled for this machine, as a process. Built where it is missing. */
export class PosixBoard {
  readonly address: string;
  readonly #process: ChildProcess;

  private constructor(address: string, child: ChildProcess) {
    this.address = address;
    this.#process = child;
  }

  static async start(seed: number, type = "climate-dht11"): Promise<PosixBoard> {
    execFileSync("make", ["-s", "-C", FIRMWARE, "posix"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const child = spawn(
      path.join(FIRMWARE, "build", "posix", "fogwot-board"),
      ["--type", type, "--udp", "127.0.0.1:0", "--seed", String(seed)],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const [line] = (await Promise.race([
      once(lines, "line"),
      once(child, "exit").then(([code]) => {
        throw new ChildProcessError("fogwot-board", `exited with ${code}`);
      }),
    ])) as [string];
    return new PosixBoard((JSON.parse(line) as { udp: string }).udp, child);
  }

  silence(): void {
    this.#process.kill("SIGUSR1");
  }

  speak(): void {
    this.#process.kill("SIGUSR2");
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.stdin?.end();
    this.#process.kill("SIGTERM");
    await exited;
  }
}
