import * as fs from "node:fs";
import * as path from "node:path";
import { loadSite } from "@fogwot/core";
import { listThingModels } from "@fogwot/thing-descriptions";
import { loadEmulation } from "../emulation/emulation-file";
import { UsageError } from "../errors";

export interface NewSiteOptions {
  readonly folder: string;
  readonly devices: number;
  /** Device type of all of them. */
  readonly type: string;
  readonly portBase: number;
  readonly emulated: boolean;
}

export interface MadeSite {
  readonly site: string;
  readonly files: readonly string[];
}

const FIRST_BOARD_OFFSET = 20;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Writes a site that runs as it is; what a user changes are addresses and names.
 * @throws UsageError when the folder's name cannot name a site, or files are there already
 */
export function newSite(options: NewSiteOptions): MadeSite {
  const folder = path.resolve(options.folder);
  const site = path.basename(folder);
  if (!NAME.test(site)) {
    throw new UsageError(
      `new site ${site}: the folder's name becomes the site's, so wanted lower-case letters, digits and hyphens`,
    );
  }
  const { type } = options;
  if (!listThingModels().includes(type)) {
    throw new UsageError(
      `new site ${site}: --type ${type}: wanted one of ${listThingModels().join(", ")}`,
    );
  }
  const siteFile = path.join(folder, "site.yaml");
  const emulationFile = path.join(folder, "emulation.yaml");
  for (const file of [siteFile, emulationFile]) {
    if (fs.existsSync(file))
      throw new UsageError(`${file} is there already; choose another folder`);
  }
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(siteFile, siteText(site, options));
  const loaded = loadSite(siteFile);
  if (!options.emulated) return { site, files: [siteFile] };
  fs.writeFileSync(emulationFile, emulationText(options));
  loadEmulation(emulationFile, loaded);
  return { site, files: [siteFile, emulationFile] };
}

function siteText(site: string, { devices, type, portBase }: NewSiteOptions): string {
  const lines = numbers(devices).map((n) => {
    const address = `127.0.0.1:${portBase + FIRST_BOARD_OFFSET - 1 + n}`;
    return `          - { id: wifi-${n}, type: ${type}, title: ${titleOf(type)} ${n}, address: "${address}", samplingIntervalMs: 2000 }`;
  });
  return `# A fogwot site: production facts. Every key: fogwot --print-schema site
site: ${site}
# Every port below lies in portBase … portBase + 99; fogwot up --port-base moves them all.
portBase: ${portBase}

# Beyond this machine: name another host, and write insecure: true until credentials are configured.
server: { host: 127.0.0.1, httpPort: ${portBase} }
broker: { embedded: true, port: ${portBase + 3} }

nodes:
  - name: fog-wifi
    host: 127.0.0.1
    bindings:
      http: { port: ${portBase + 10} }
      coap: { port: ${portBase + 11} }
      mqtt: {}
    networks:
      - name: wifi
        wsn: wifi
        driver: wifi
        devices:
          # address: where the board listens, host:port.
${lines.join("\n")}

mashup: { policy: P1, m: 1, timeoutMs: 500, intervalMs: 1000, binding: http, seed: 1 }
`;
}

function titleOf(type: string): string {
  if (type.startsWith("climate-")) return "Climate sensor";
  return type.charAt(0).toUpperCase() + type.slice(1).replaceAll("-", " ");
}

function emulationText({ devices, type }: NewSiteOptions): string {
  const boards = numbers(devices).map(
    (n) => `  - device: wifi-${n}
    firmware: ${type}
    link: { baseMs: 23, jitter: { medianMs: 13.3, sigma: 0.5 }, filterLoss: 0.1 }`,
  );
  return `# Boards that run as processes on this machine, and how their links behave. Delete a board here
# when the real one stands. Every key: fogwot --print-schema emulation
seed: 1
boards:
${boards.join("\n")}
`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
