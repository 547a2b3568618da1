import * as fs from "node:fs";
import * as path from "node:path";
import {
  ConfigError,
  loadSite,
  type Site,
  type SiteBinding,
  type SiteNode,
  secretFiles,
} from "@fogwot/core";
import {
  boardsBehindLines,
  devicesOf,
  type Emulation,
  findEmulationFile,
  loadEmulation,
  networksOf,
} from "../emulation/emulation-file";
import type { LegPlaces } from "../emulation/network";
import { UsageError } from "../errors";
import { WHOLE_SITE } from "./run-file";
import { movedAddress, withPortBase } from "./site-ports";

/** How a site is to be run. */
export interface PlanOptions {
  readonly siteFile: string;
  /** "server" or the name of a node; without it everything. */
  readonly only?: string;
  /** Emulated boards. @default true for a whole site, false with `only` */
  readonly emulate?: boolean;
  /** Moves the site's block of ports; 0 takes free ones. */
  readonly portBase?: number;
  /** Instead of the site file's policy. */
  readonly policy?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Instead of the emulation file's. */
  readonly timeScale?: number;
  /** The fog side at the far end of a network leg, the server at the near one. */
  readonly places?: LegPlaces;
  /** Every binding of every node, instead of the site file's. */
  readonly implementation?: "own" | "stock";
}

/** What is going to be started, checked and complete. */
export interface SitePlan {
  readonly siteFile: string;
  readonly site: Site;
  readonly scope: string;
  readonly runsServer: boolean;
  readonly nodes: ReadonlySet<string>;
  readonly emulation: Emulation | undefined;
  /** Where each emulated board is to listen. */
  readonly boards: Readonly<Record<string, string>>;
  /** Board → the network whose emulated serial line it is behind. */
  readonly behindLines: Readonly<Record<string, string>>;
  readonly timeScale: number;
  /** Whether ports are free ones, whatever the site file says. */
  readonly isOnFreePorts: boolean;
  /** What a program of the fog side is started through. */
  readonly nodeCommand: readonly string[];
}

/**
 * Reads the site and what is emulated of it, and applies the command's options.
 * @throws ConfigError, UsageError
 */
export function planSite(options: PlanOptions): SitePlan {
  const siteFile = path.resolve(options.siteFile);
  const file = loadSite(siteFile);
  checkSecrets(siteFile, file);
  const { only, portBase } = options;
  const names = file.nodes.map((node) => node.name);
  if (only !== undefined && only !== "server" && !names.includes(only)) {
    throw new UsageError(
      `--only ${only}: wanted server or a node of the site: ${names.join(", ")}`,
    );
  }
  const nodes = new Set(only === undefined ? names : names.filter((name) => name === only));
  const wantsEmulation = options.emulate ?? only === undefined;
  const emulation = wantsEmulation ? emulationOf(siteFile, file, nodes, options) : undefined;
  const addresses = new Map(devicesOf(file).map((device) => [device.id, device.address]));
  const behind = emulation ? boardsBehindLines(file, emulation) : new Map<string, string>();
  return {
    siteFile,
    site: withMashup(changed(withPortBase(file, portBase, siteFile), options), options),
    scope: only ?? WHOLE_SITE,
    runsServer: only === undefined || only === "server",
    nodes,
    emulation,
    boards: Object.fromEntries(
      (emulation?.boards ?? []).map(({ device, address }) => {
        const known = address ?? addresses.get(device) ?? "127.0.0.1:0";
        return [device, behind.has(device) ? known : movedAddress(known, file, portBase)];
      }),
    ),
    behindLines: Object.fromEntries(behind),
    timeScale: options.timeScale ?? emulation?.timeScale ?? 1,
    isOnFreePorts: portBase === 0,
    nodeCommand: options.places?.nodeCommand ?? [],
  };
}

/**
 * Nobody but the other end reaches an address of the leg, and the site's certificates name other
 * addresses: so no scheme is asked for there, and what is measured is the network.
 */
function changed(file: Site, { places, implementation }: PlanOptions): Site {
  const { security, ...open } = file;
  const site: Site = places ? open : file;
  const { port } = site.broker;
  const { httpPort, processors } = site.server;
  return {
    ...site,
    ...(places
      ? { server: { host: places.serverHost, httpPort, insecure: true, processors } }
      : {}),
    // An external broker is not to be reached from the leg.
    ...(places ? { broker: { embedded: true, port, insecure: true } } : {}),
    nodes: site.nodes.map((node) => ({
      ...node,
      ...(places ? { host: places.nodeHost, insecure: true } : {}),
      ...(implementation ? { bindings: withImplementation(node.bindings, implementation) } : {}),
    })),
  };
}

function withImplementation(
  { http, coap, mqtt }: SiteNode["bindings"],
  implementation: "own" | "stock",
): SiteNode["bindings"] {
  const changed = (binding: SiteBinding): SiteBinding =>
    binding.implementation === "off" ? binding : { ...binding, implementation };
  return { http: changed(http), coap: changed(coap), mqtt: changed(mqtt) };
}

/** Said here once, instead of by each program that misses one of them. */
function checkSecrets(siteFile: string, { security }: Site): void {
  if (!security) return;
  const { certificate, certificateKey, ca } = secretFiles(security.folder);
  const wanted = security.tls ? [certificate, certificateKey, ca] : [];
  const missing = wanted.find((file) => !fs.existsSync(file));
  if (missing === undefined) return;
  throw new ConfigError(siteFile, [
    { path: "/security/folder", got: `no ${missing}`, wanted: `made by: fogwot keys ${siteFile}` },
  ]);
}

function emulationOf(
  siteFile: string,
  site: Site,
  nodes: ReadonlySet<string>,
  options: PlanOptions,
): Emulation | undefined {
  const file = findEmulationFile(siteFile);
  if (file === undefined) {
    if (options.emulate !== true) return undefined;
    throw new ConfigError(path.join(path.dirname(siteFile), "emulation.yaml"), [
      { path: "", got: "no file", wanted: "the boards to emulate (--emulate)" },
    ]);
  }
  const emulation = loadEmulation(file, site);
  const part = { ...site, nodes: site.nodes.filter((node) => nodes.has(node.name)) };
  const devices = new Set(devicesOf(part).map(({ id }) => id));
  const networks = new Set(networksOf(part).map(({ name }) => name));
  return {
    ...emulation,
    timeScale: options.timeScale ?? emulation.timeScale,
    lines: emulation.lines.filter(({ network }) => networks.has(network)),
    boards: emulation.boards.filter(
      ({ device, network }) => devices.has(device) || networks.has(network ?? ""),
    ),
  };
}

function withMashup(site: Site, { policy, parameters }: PlanOptions): Site {
  if (policy === undefined && parameters === undefined) return site;
  const mashup = {
    ...site.mashup,
    // Parameters belong to their policy: another policy starts from its own defaults.
    ...(policy !== undefined && policy !== site.mashup.policy ? { policy, parameters: {} } : {}),
    ...(parameters !== undefined ? { parameters } : {}),
  };
  return { ...site, mashup };
}
