import * as path from "node:path";
import { ConfigError, loadSite, type Site } from "@fogwot/core";
import {
  devicesOf,
  type Emulation,
  findEmulationFile,
  loadEmulation,
} from "../emulation/emulation-file";
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
  readonly timeScale: number;
  /** Whether ports are free ones, whatever the site file says. */
  readonly isOnFreePorts: boolean;
}

/**
 * Reads the site and what is emulated of it, and applies the command's options.
 * @throws ConfigError, UsageError
 */
export function planSite(options: PlanOptions): SitePlan {
  const siteFile = path.resolve(options.siteFile);
  const file = loadSite(siteFile);
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
  return {
    siteFile,
    site: withMashup(withPortBase(file, portBase, siteFile), options),
    scope: only ?? WHOLE_SITE,
    runsServer: only === undefined || only === "server",
    nodes,
    emulation,
    boards: Object.fromEntries(
      (emulation?.boards ?? []).map(({ device }) => [
        device,
        movedAddress(addresses.get(device) ?? "127.0.0.1:0", file, portBase),
      ]),
    ),
    timeScale: options.timeScale ?? emulation?.timeScale ?? 1,
    isOnFreePorts: portBase === 0,
  };
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
  const wanted = new Set(
    devicesOf({ ...site, nodes: site.nodes.filter((node) => nodes.has(node.name)) }).map(
      (device) => device.id,
    ),
  );
  return {
    ...emulation,
    timeScale: options.timeScale ?? emulation.timeScale,
    boards: emulation.boards.filter((board) => wanted.has(board.device)),
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
