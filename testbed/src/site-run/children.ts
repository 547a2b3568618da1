import * as path from "node:path";
import {
  compiledEntry,
  packageRoot,
  type ServiceSecrets,
  type Site,
  type Supervisor,
} from "@fogwot/core";
import type { EmulationConfig, EmulationReport } from "../emulation/program";
import type { NodeInfo, NodePorts, RunInfo, ServerInfo } from "./run-info";
import type { RunServices } from "./services";
import type { SitePlan } from "./site-plan";

/** Name of the emulation process among the children of a run. */
export const EMULATION = "emulation";
/** Name of the processing server among them; no node can be called so. */
export const SERVER = "server";

interface FogNodeConfig {
  readonly site: Site;
  readonly node: string;
  readonly addresses?: Readonly<Record<string, string>>;
  readonly lines?: Readonly<Record<string, string>>;
  readonly runDirectory: string;
  readonly stateDirectory: string;
  readonly ports?: NodePorts;
  readonly directory?: { readonly url: string; readonly token?: string };
  readonly services?: ServiceSecrets;
  readonly brokerUrl?: string;
  readonly timeScale?: number;
}

interface ServerPorts {
  readonly http?: number;
  readonly mqtt?: number;
  /** Of the server's own Thing. */
  readonly thing?: number;
}

interface ServerConfig {
  readonly site: Site;
  readonly stateDirectory: string;
  readonly ports?: ServerPorts;
  readonly token: string;
  readonly services?: ServiceSecrets;
  readonly timeScale?: number;
  readonly policyHooks?: string;
}

/** Everything a child needs to know of the run it belongs to. */
export interface ChildContext {
  readonly supervisor: Supervisor;
  readonly plan: SitePlan;
  /** The run as it stands now: later children need what earlier ones reported. */
  readonly info: () => RunInfo;
  readonly stateDirectory: string;
  /** What the programs of a secured site show each other. */
  readonly services: RunServices | undefined;
  /** Told after a child was restarted, since its report may have changed. */
  readonly onRestart: (name: string, report: unknown) => void;
}

export function startEmulation({
  supervisor,
  plan,
  info,
  onRestart,
}: ChildContext): Promise<EmulationReport> {
  const { emulation } = plan;
  if (!emulation) return Promise.resolve({ addresses: {}, lines: {} });
  return supervisor.start<EmulationConfig, EmulationReport>({
    ...common(info(), EMULATION, SMALL_NURSERY),
    through: plan.nodeCommand,
    entry: entryOf("@fogwot/testbed", "src/emulation/main.ts"),
    // A restarted one takes the addresses that the drivers already know.
    config: (previous) => ({
      emulation,
      addresses: previous?.addresses ?? plan.boards,
      behind: plan.behindLines,
      runDirectory: info().runDirectory,
    }),
    onRestart: (report) => onRestart(EMULATION, report),
  });
}

export function startServer(context: ChildContext): Promise<ServerInfo> {
  const { supervisor, plan, info, stateDirectory, services, onRestart } = context;
  return supervisor.start<ServerConfig, ServerInfo>({
    ...common(info(), SERVER),
    entry: serverEntry(),
    config: (previous) => ({
      site: plan.site,
      stateDirectory,
      token: info().token,
      ...(services ? { services: services.secretsOf(SERVER) } : {}),
      timeScale: plan.timeScale,
      policyHooks: compiledEntry(
        path.join(__dirname, `../script/policy-hooks${path.extname(__filename)}`),
      ),
      ...(previous || plan.isOnFreePorts ? { ports: serverPorts(previous) } : {}),
    }),
    onRestart: (report) => onRestart(SERVER, report),
  });
}

export function startNode(context: ChildContext, node: string): Promise<NodeInfo> {
  const { supervisor, plan, info, stateDirectory, services, onRestart } = context;
  const { directoryUrl, brokerUrl } = info().server ?? remoteServer(plan.site);
  return supervisor.start<FogNodeConfig, NodeInfo>({
    ...common(info(), node, SMALL_NURSERY),
    through: plan.nodeCommand,
    entry: entryOf("@fogwot/fog", "src/node/main.ts"),
    config: (previous) => ({
      site: plan.site,
      node,
      addresses: info().emulated,
      lines: info().lines,
      runDirectory: info().runDirectory,
      stateDirectory,
      timeScale: plan.timeScale,
      directory: { url: directoryUrl, token: info().token },
      ...(services ? { services: services.secretsOf(node) } : {}),
      ...(brokerUrl === null ? {} : { brokerUrl }),
      ...(previous || plan.isOnFreePorts ? { ports: previous?.ports ?? FREE_PORTS } : {}),
    }),
    onRestart: (report) => onRestart(node, report),
    // A device has joined or left: the node serves other Things than at its start.
    onMessage: (message) => {
      const { report } = message as { readonly report?: NodeInfo };
      if (report) onRestart(node, report);
    },
  });
}

const FREE_PORTS: NodePorts = { http: 0, coap: 0, coapSecure: 0 };

/** The server on another machine, as the site file names it (`up --only <node>`). */
function remoteServer(site: Site): ServerInfo {
  const s = site.security?.tls ? "s" : "";
  const { host, httpPort, url = `http${s}://${host}:${httpPort}` } = site.server;
  const brokerUrl = site.broker.url ?? `mqtt${s}://${new URL(url).hostname}:${site.broker.port}`;
  return { url, directoryUrl: new URL("/things", url).href, brokerUrl };
}

function serverPorts(previous: ServerInfo | undefined): Required<ServerPorts> {
  const portOf = (url: string | null | undefined): number => (url ? Number(new URL(url).port) : 0);
  const thing = portOf(previous?.things?.[0]?.tdUrl);
  return { http: portOf(previous?.url), mqtt: portOf(previous?.brokerUrl), thing };
}

/**
 * A fog node is a small computer. By default V8 lets short-lived objects fill 48 MB before it looks
 * what is still in use; with this 6 MB, at no cost that the benchmark of the Servient can see.
 */
const SMALL_NURSERY = "--max-semi-space-size=2";

function common(info: RunInfo, name: string, nodeOption?: string) {
  const options = [process.env.NODE_OPTIONS, nodeOption].filter((option) => option !== undefined);
  return {
    name,
    env: {
      FOGWOT_RUN: info.runId,
      ...(options.length > 0 ? { NODE_OPTIONS: options.join(" ") } : {}),
    },
    logFile: path.join(info.logDirectory, `${name}.log`),
  };
}

/** The processing server's compiled program. */
export function serverEntry(): string {
  return entryOf("@fogwot/mashups", "src/server/main.ts");
}

/** The compiled program of another package. */
function entryOf(packageName: string, source: string): string {
  const manifest = require.resolve(`${packageName}/package.json`, {
    paths: [packageRoot(__dirname)],
  });
  return compiledEntry(path.join(path.dirname(manifest), source));
}
