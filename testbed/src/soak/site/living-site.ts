import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ChildProcessError, loadSite, systemClock } from "@fogwot/core";
import { SiteNotRunningError } from "../../errors";
import { processesMarked } from "../../files/process-table";
import type { ApiClient } from "../../site-run/api-client";
import { type AttachedSite, joinRuns } from "../../site-run/attach";
import { livingRuns } from "../../site-run/run-file";
import { siteDirectory } from "../../site-run/state-directory";
import type { UpSummary } from "../../up/up";
import { reportingTo } from "../verdict/reporting";
import { fogwotCommand, guarded } from "./command";
import { copySite, type SiteChanges } from "./site-copy";
import { GENEROUS_MS, until } from "./until";

export interface LivingSiteOptions extends SiteChanges {
  /** More arguments of `fogwot up`. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** How an `up` ended, and the last line it printed. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly summary: UpSummary | undefined;
}

const STOP_LIMIT_MS = 15_000;

/**
 * A site started by the compiled command on free ports, with a state folder of its own: what the
 * fault tests and the long runs do their worst to. Nothing of it is in this process.
 */
export class LivingSite implements AsyncDisposable {
  readonly folder: string;
  readonly siteFile: string;
  readonly #options: LivingSiteOptions;
  #process: ChildProcess | undefined;
  #ended: Promise<Ended> = Promise.resolve({ exitCode: 0, signal: null, summary: undefined });
  #hasEnded = false;
  #output = "";
  #errors = "";
  #runId: string | undefined;

  constructor(options: LivingSiteOptions = {}) {
    this.#options = options;
    // Short, because the name of a socket file below it may have 107 bytes.
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "fwt-"));
    this.siteFile = copySite(path.join(this.folder, "site"), options);
  }

  static async start(options: LivingSiteOptions = {}): Promise<LivingSite> {
    const site = new LivingSite(options);
    try {
      await site.up();
      return site;
    } catch (error) {
      await site.stop();
      throw error;
    }
  }

  /** What the commands are to find the site by. */
  get environment(): NodeJS.ProcessEnv {
    const temporary = path.join(this.folder, "tmp");
    for (const folder of [temporary, this.memoryFolder]) fs.mkdirSync(folder, { recursive: true });
    return {
      ...process.env,
      FOGWOT_STATE: this.stateRoot,
      TMPDIR: temporary,
      ...reportingTo(this.memoryFolder),
      ...this.#options.environment,
    };
  }

  get stateRoot(): string {
    return path.join(this.folder, "state");
  }

  /** Where its processes tell what memory they hold. */
  get memoryFolder(): string {
    return path.join(this.folder, "memory");
  }

  /** The site's own state folder: run file, token, logs, store. */
  get stateDirectory(): string {
    return siteDirectory(this.siteFile, loadSite(this.siteFile).site, this.stateRoot);
  }

  /** Process id of `fogwot up`. */
  get pid(): number {
    return this.#process?.pid ?? -1;
  }

  /** What `up` has printed so far. */
  get output(): string {
    return `${this.#output}\n${this.#errors}`;
  }

  /** Runs `fogwot up` and waits until every Thing answers. @throws ChildProcessError */
  async up(): Promise<void> {
    const { args = [] } = this.#options;
    const command = fogwotCommand("up", this.siteFile, "--port-base", "0", "--json", ...args);
    // The site must not outlive a test that is killed.
    const child = spawn(...guarded(command), {
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#output = "";
    this.#errors = "";
    this.#hasEnded = false;
    child.stdout.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString("utf8")).slice(-8_000);
    });
    this.#ended = once(child, "close").then(([exitCode, signal]) => {
      this.#hasEnded = true;
      return { exitCode, signal, summary: summaryIn(this.#output) };
    });
    const isUp = await until(
      "the site being up",
      () => (/^site \S+ is up$/m.test(this.#output) ? "up" : this.#hasEnded && "ended"),
      2 * GENEROUS_MS,
    );
    if (isUp !== "up") throw new ChildProcessError("fogwot up", `ended:${this.output}`);
    this.#runId = this.attached.info.runId;
  }

  /** The running site as any command finds it. @throws SiteNotRunningError */
  get attached(): AttachedSite {
    return joinRuns(this.siteFile, livingRuns(this.stateDirectory));
  }

  /** Asks `up` itself over its control API. @throws ControlError, UnreachableError */
  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const [control] = this.attached.controls;
    if (!control) throw new SiteNotRunningError(this.siteFile);
    return control.api.request<T>(method, path, body);
  }

  /** The processing server's API. @throws SiteNotRunningError */
  get server(): ApiClient {
    const { server } = this.attached;
    if (!server) throw new SiteNotRunningError(this.siteFile);
    return server;
  }

  /** Every process of the last run that is alive, `up` itself apart: "pid command". */
  get processes(): string[] {
    if (this.#runId === undefined) return [];
    return processesMarked("FOGWOT_RUN", this.#runId).map(
      ({ pid, command }) => `${pid} ${command}`,
    );
  }

  /** Ends `up` alone, as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#ended;
  }

  /** As Ctrl-C does. */
  async end(): Promise<Ended> {
    const child = this.#process;
    if (!child || this.#hasEnded) return this.#ended;
    child.kill("SIGTERM");
    const cancel = systemClock.schedule(STOP_LIMIT_MS, () => child.kill("SIGKILL"));
    const ended = await this.#ended;
    cancel();
    return ended;
  }

  /** Ends everything and removes the folder. Idempotent. */
  async stop(): Promise<Ended> {
    const ended = await this.end();
    fs.rmSync(this.folder, { recursive: true, force: true });
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** The last line that is JSON; `up` prints it when it ends by itself. */
function summaryIn(output: string): UpSummary | undefined {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as UpSummary;
  } catch {
    // Killed before it could say anything.
    return undefined;
  }
}
