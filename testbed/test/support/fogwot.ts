import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { processesMarked } from "../../src/files/process-table";
import type { RunInfo } from "../../src/site-run/run-info";

export const TESTBED = packageRoot(__dirname);
export const REPOSITORY = path.dirname(TESTBED);
export const FACTORY = path.join(TESTBED, "sites", "factory", "site.yaml");
/** One of the factory's networks alone: enough for most, and sooner up. */
export const WIFI = path.join(TESTBED, "sites", "wifi", "site.yaml");
const BIN = path.join(TESTBED, "bin", "fogwot.js");
const POLL_MS = 25;
/** A site of four nodes beside whatever else the machine is doing. */
const START_LIMIT_MS = 100_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A state folder of its own, and a mark on every process that is started from here. */
export class Workbench {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-e2e-"));
  readonly #mark = randomUUID();
  readonly #started: ChildProcess[] = [];

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      FOGWOT_STATE: path.join(this.folder, "state"),
      FOGWOT_TEST: this.#mark,
      TMPDIR: this.temporary,
    };
  }

  /** Where sockets and the like go: a short path, so that their names fit. */
  get temporary(): string {
    const folder = path.join(this.folder, "t");
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Starts the command and does not wait. */
  start(...args: string[]): Started {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#started.push(child);
    return new Started(child);
  }

  /** Runs the command to its end. */
  run(...args: string[]): Promise<Finished> {
    return this.start(...args).finished;
  }

  /** As `run`, its last line parsed. */
  async json<T>(...args: string[]): Promise<T> {
    const finished = await this.run(...args, "--json");
    return lastJson<T>(finished);
  }

  /** The run file of the one site that is up. */
  runInfo(): RunInfo {
    const state = path.join(this.folder, "state");
    const files = fs.readdirSync(state, { recursive: true, encoding: "utf8" });
    const file = files.find((name) => path.basename(name) === "run.json") ?? "run.json";
    return JSON.parse(fs.readFileSync(path.join(state, file), "utf8")) as RunInfo;
  }

  /** Command lines of the processes that are alive and came from here. */
  living(): string[] {
    return processesMarked("FOGWOT_TEST", this.#mark).map(
      ({ pid, command }) => `${pid} ${command}`,
    );
  }

  /** Socket files and run folders that are left. */
  leftFiles(): string[] {
    return fs.readdirSync(this.temporary).filter((name) => name.startsWith("fogwot-"));
  }

  async close(): Promise<void> {
    for (const child of this.#started) child.kill("SIGKILL");
    await until(() => this.living().length === 0, "every process ended");
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A command that runs. */
export class Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  stdout = "";
  stderr = "";

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on("data", (chunk: Buffer) => {
      this.stdout += chunk.toString("utf8");
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString("utf8");
    });
    this.finished = new Promise((resolve) => {
      child.once("close", (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Waits until stdout holds the text; fails at once when the command ends without it. */
  async says(text: string): Promise<void> {
    let isFinished = false;
    void this.finished.then(() => {
      isFinished = true;
    });
    const hasSaid = (): boolean => this.stdout.includes(text) || isFinished;
    await until(hasSaid, `stdout says ${text}`, START_LIMIT_MS);
    if (!this.stdout.includes(text)) {
      throw new Error(`ended without saying ${text}:\n${this.stdout}\n${this.stderr}`);
    }
  }
}

export function lastJson<T>({ code, stdout, stderr }: Finished): T {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new Error(`exit ${code}, last line is no JSON: ${line}\n${stderr}`, { cause });
  }
}

/** Polls until it holds. The limit is generous: these tests share a small machine. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 40_000,
): Promise<void> {
  const deadlineMs = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`in vain waited until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
