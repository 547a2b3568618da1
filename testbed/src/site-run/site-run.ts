import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  ChildProcessError,
  type Logger,
  Supervisor,
  silentLogger,
  systemClock,
} from "@fogwot/core";
import { ensureBoardBuilt } from "../emulation/board-build";
import { InterruptedError, SiteRunningError } from "../errors";
import { RunningMashups } from "../running-mashups/running-mashups";
import { createApiClient } from "./api-client";
import { type ChildContext, startEmulation, startNode, startServer } from "./children";
import { ControlServer } from "./control-server";
import { findLeftover } from "./leftover";
import { LinkControl } from "./link-control";
import { lastLines, rotateLogs } from "./logs";
import { claimRunFile, dropRunFile, ownProcess, updateRunFile, WHOLE_SITE } from "./run-file";
import type { NodeInfo, RunInfo, ServerInfo } from "./run-info";
import { runServices } from "./services";
import { siteFetch } from "./site-client";
import type { SitePlan } from "./site-plan";
import { checkPortsFree, wantedPorts } from "./site-ports";
import { makePrivateDirectory, siteDirectory } from "./state-directory";
import { siteToken } from "./token";

export interface SiteRunOptions {
  readonly plan: SitePlan;
  /** The site's own state folder. @default under $FOGWOT_STATE or the XDG state folder */
  readonly stateDirectory?: string;
  readonly log?: Logger;
  /** Whether the mash-up senses at once. @default true */
  readonly startsSensing?: boolean;
  /** Told what is being done while the site starts. */
  readonly onProgress?: (text: string) => void;
  /** Told that someone asked the site to end, by `fogwot down`. */
  readonly onDown?: () => void;
}

const LEFTOVER_LIMIT_MS = 1_000;
const LOG_LINES = 12;

/**
 * A running site: emulation, processing server and fog nodes as supervised child processes, the
 * run file by which other commands find it, and the control API they steer it by.
 */
export class SiteRun {
  readonly plan: SitePlan;
  readonly supervisor: Supervisor;
  readonly links: LinkControl;
  /** Authors' scripts that run beside the server. */
  readonly mashups: RunningMashups;
  readonly #options: SiteRunOptions;
  readonly #directory: string;
  #info: RunInfo;
  #control: ControlServer | undefined;
  /** Of nodes whose Things changed, also while the others still start. */
  readonly #news = new Map<string, NodeInfo>();
  #isClaimed = false;
  #stopping: Promise<string[]> | undefined;

  constructor(options: SiteRunOptions) {
    const { plan } = options;
    this.#options = options;
    this.plan = plan;
    this.#directory = options.stateDirectory ?? siteDirectory(plan.siteFile, plan.site.site);
    this.supervisor = new Supervisor({ clock: systemClock, log: options.log ?? silentLogger });
    this.links = new LinkControl(this.supervisor, plan);
    this.mashups = new RunningMashups({
      site: plan.site,
      siteFile: plan.siteFile,
      info: () => this.#info,
      directory: this.#directory,
      clock: systemClock,
      log: options.log ?? silentLogger,
    });
    this.#info = {
      version: 1,
      state: "starting",
      scope: plan.scope,
      site: plan.site.site,
      siteFile: plan.siteFile,
      ...ownProcess(),
      startedAtMs: systemClock.now(),
      runId: randomUUID(),
      token: "",
      runDirectory: "",
      logDirectory: path.join(this.#directory, "logs"),
      timeScale: plan.timeScale,
      nodes: [],
      emulated: {},
      lines: {},
    };
  }

  get info(): RunInfo {
    return this.#info;
  }

  /**
   * Starts everything and waits until every process reports.
   * @throws SiteRunningError, PortInUseError, ToolError, RemoteError of the child that refused
   */
  async start(): Promise<void> {
    const { plan, onProgress = () => undefined } = this.#options;
    makePrivateDirectory(this.#directory);
    makePrivateDirectory(this.#info.logDirectory);
    const owner = await claimRunFile(this.#directory, this.#info);
    if (owner) throw new SiteRunningError(plan.siteFile, owner.pid);
    this.#isClaimed = true;
    try {
      await checkPortsFree(
        wantedPorts(plan.site, { server: plan.runsServer, nodes: plan.nodes, boards: plan.boards }),
      );
      rotateLogs(this.#info.logDirectory);
      const runDirectory = fs.mkdtempSync(path.join(socketBase(), "fogwot-"));
      this.#update({ runDirectory, token: siteToken(this.#directory) });
      await this.#startChildren(onProgress);
      this.#control = new ControlServer(this, () => this.#options.onDown?.());
      this.#update({ state: "up", controlUrl: await this.#control.start() });
      if (plan.runsServer) await this.mashups.startKept();
    } catch (error) {
      await this.stop();
      throw this.#withLog(error);
    }
  }

  /** Ends everything. Idempotent. @returns what is left all the same, empty when all is well */
  stop(): Promise<string[]> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #startChildren(onProgress: (text: string) => void): Promise<void> {
    const { plan } = this.#options;
    const context: ChildContext = {
      supervisor: this.supervisor,
      plan: await this.#withProcessors(onProgress),
      info: () => this.#info,
      stateDirectory: this.#directory,
      services: runServices(plan.site, this.#info, plan.scope === WHOLE_SITE),
      onRestart: (name, report) => this.#onRestart(name, report),
    };
    if (plan.emulation) onProgress("building the emulated boards");
    if (plan.emulation) await ensureBoardBuilt();
    for (const port of new Set(plan.emulation?.boards.map((board) => board.port))) {
      await ensureBoardBuilt(port);
    }
    this.#assertWanted();
    onProgress("starting the processing server and the emulated boards");
    const [emulation, server] = await Promise.all([
      startEmulation(context),
      plan.runsServer ? startServer(context) : undefined,
    ]);
    this.#update({
      emulated: emulation.addresses,
      lines: emulation.lines,
      ...(server ? { server } : {}),
    });
    if (server && this.#options.startsSensing === false) {
      // Before any Thing can register: not one request is sensed.
      const { token } = this.#info;
      const api = createApiClient(server.url, token, {
        fetch: siteFetch(plan.site, token),
      });
      await api.request("POST", "/api/sensing/stop");
    }
    this.#assertWanted();
    onProgress("starting the fog nodes");
    const nodes = await this.#startNodes(context);
    this.#update({ nodes: nodes.map((node) => this.#news.get(node.node) ?? node) });
  }

  async #withProcessors(onProgress: (text: string) => void): Promise<SitePlan> {
    const { site } = this.plan;
    const hasSources = [...site.nodes, site.server].some(({ processors }) =>
      processors.some(({ source }) => source !== undefined),
    );
    if (!hasSources) return this.plan;
    onProgress("building the site's processors");
    const { buildSiteProcessors } =
      require("../processors/build-site") as typeof import("../processors/build-site");
    const folder = path.join(this.#directory, "publisher");
    return { ...this.plan, site: await buildSiteProcessors(site, folder) };
  }

  /**
   * As many at a time as there are processors: all at once, each would get a share of them only, and
   * might come up later than a start may take.
   */
  async #startNodes(context: ChildContext): Promise<NodeInfo[]> {
    const names = [...this.plan.nodes];
    const started = new Map<string, NodeInfo>();
    const waiting = names.values();
    const startSome = async (): Promise<void> => {
      for (const name of waiting) {
        this.#assertWanted();
        started.set(name, await startNode(context, name));
      }
    };
    await Promise.all(Array.from({ length: os.availableParallelism() }, startSome));
    return names.flatMap((name) => started.get(name) ?? []);
  }

  /** A child that ended without a word to us has said why in its log. */
  #withLog(error: unknown): unknown {
    if (!(error instanceof ChildProcessError)) return error;
    const file = path.join(this.#info.logDirectory, `${error.child}.log`);
    const last = fs.existsSync(file) ? lastLines(file, LOG_LINES).join("\n") : "";
    const { reason } = error.details;
    return new ChildProcessError(error.child, `${String(reason)}; its log, ${file}:\n${last}`, {
      cause: error,
    });
  }

  /** A signal may come while the site starts: nothing more is started then. */
  #assertWanted(): void {
    if (this.#stopping !== undefined) throw new InterruptedError("the start was interrupted");
  }

  #onRestart(name: string, report: unknown): void {
    if (name === "server") this.#update({ server: report as ServerInfo });
    if (!this.plan.nodes.has(name)) return;
    const fresh = report as NodeInfo;
    this.#news.set(name, fresh);
    const nodes = this.#info.nodes.map((node) => (node.node === name ? fresh : node));
    this.#update({ nodes });
  }

  #update(changes: Partial<RunInfo>): void {
    this.#info = { ...this.#info, ...changes };
    if (this.#stopping === undefined) updateRunFile(this.#directory, this.#info);
  }

  async #stop(): Promise<string[]> {
    await Promise.all([this.#control?.stop(), this.mashups.stopAll(), this.supervisor.stop()]);
    const { runDirectory } = this.#info;
    if (runDirectory) fs.rmSync(runDirectory, { recursive: true, force: true });
    const left = await findLeftover(this.#info, LEFTOVER_LIMIT_MS);
    if (this.#isClaimed) dropRunFile(this.#directory, this.#info.scope);
    return left;
  }
}

/** A socket's path may hold 107 bytes; below this length of the folder its name fits for certain. */
const SOCKET_BASE_LIMIT = 40;

/** The temporary folder; /tmp where that one's path is too long for sockets below it. */
function socketBase(): string {
  const folder = os.tmpdir();
  return folder.length <= SOCKET_BASE_LIMIT ? folder : "/tmp";
}
