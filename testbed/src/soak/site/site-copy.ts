import * as fs from "node:fs";
import * as path from "node:path";
import { loadSite, packageRoot, type Site } from "@fogwot/core";
import { type Emulation, findEmulationFile, loadEmulation } from "../../emulation/emulation-file";

/** The shipped site with every radio. */
export const FACTORY = path.join(packageRoot(__dirname), "sites", "factory", "site.yaml");
/** The shipped site that things are tried on where one network will do. */
const WIFI = path.join(packageRoot(__dirname), "sites", "wifi", "site.yaml");

/** What is to be different from the Wi-Fi site. */
export interface SiteChanges {
  /** Site file of another shipped site instead. */
  readonly from?: string;
  readonly site?: (site: Site) => Site;
  readonly emulation?: (emulation: Emulation) => Emulation;
}

/** Writes the Wi-Fi site, or another, changed, to a folder. @returns the new site file */
export function copySite(folder: string, changes: SiteChanges): string {
  const { from = WIFI } = changes;
  const site = loadSite(from);
  const emulation = loadEmulation(findEmulationFile(from) ?? "", site);
  const file = path.join(folder, "site.yaml");
  fs.mkdirSync(folder, { recursive: true });
  write(file, changes.site?.(site) ?? site);
  write(path.join(folder, "emulation.yaml"), changes.emulation?.(emulation) ?? emulation);
  return file;
}

/** Every network of the site, changed. */
export function withNetwork(
  site: Site,
  change: (network: Site["nodes"][number]["networks"][number]) => object,
): Site {
  return {
    ...site,
    nodes: site.nodes.map((node) => ({
      ...node,
      networks: node.networks.map((network) => ({ ...network, ...change(network) })),
    })),
  };
}

/** Every board pushes a sample once a second, the most a site file may ask for. */
export function withFastSampling(site: Site): Site {
  return withNetwork(site, ({ devices }) => ({
    devices: devices.map((device) => ({ ...device, samplingIntervalMs: 1_000 })),
  }));
}

/** The site with an external broker in place of the embedded one. */
export function withBroker(site: Site, url: string): Site {
  return { ...site, broker: { embedded: false, port: 0, insecure: false, url } };
}

/** A site in which one device is reached at `address` instead of being emulated. */
export function withHostileDevice(device: string, address: string): SiteChanges {
  return {
    site: (site) =>
      withNetwork(site, ({ devices }) => ({
        devices: devices.map((one) => (one.id === device ? { ...one, address } : one)),
      })),
    emulation: (emulation) =>
      withPerfectLinks({
        ...emulation,
        boards: emulation.boards.filter((board) => board.device !== device),
      }),
  };
}

/** Links that lose nothing and add nothing: what fails then is no packet's fault. */
export function withPerfectLinks(emulation: Emulation): Emulation {
  const boards = emulation.boards.map((board) => ({
    ...board,
    link: { ...board.link, baseMs: 0, jitter: null, gilbertElliott: null, filterLoss: 0 },
  }));
  return { ...emulation, boards };
}

function write(file: string, value: object): void {
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify(value, null, 2));
}
