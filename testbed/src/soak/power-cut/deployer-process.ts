import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { compiledEntry } from "@fogwot/core";
import type { DeployerOrder, DeployerReport } from "./deployer";

/** A deployer's process, loaded and waiting for its order. */
export class DeployerProcess {
  readonly reports: DeployerReport[] = [];
  /** What it said of its own end; nothing but the kill is to end it. */
  complaint = "";
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor() {
    const source = path.join(__dirname, `deployer${path.extname(__filename)}`);
    this.#child = spawn(process.execPath, [compiledEntry(source)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#closed = once(this.#child, "close");
    const { stdout, stderr } = this.#child;
    if (stdout) {
      createInterface({ input: stdout }).on("line", (line) => {
        this.reports.push(JSON.parse(line) as DeployerReport);
      });
    }
    stderr?.on("data", (text: Buffer) => {
      this.complaint += text.toString("utf8");
    });
  }

  start(order: DeployerOrder): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Resolves with its first report, or its end. */
  async started(): Promise<void> {
    const { stdout } = this.#child;
    if (this.reports.length > 0 || !stdout) return;
    await Promise.race([once(stdout, "data"), this.#closed]);
  }

  /** As the power goes: at once, and whatever it had said by then is read. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}
