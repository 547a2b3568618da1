import * as fs from "node:fs";
import * as path from "node:path";
import {
  ConfigError,
  LINK_SETTINGS_SCHEMA,
  type LinkSettings,
  loadYaml,
  type Mismatch,
  type Site,
} from "@fogwot/core";

/** Which boards of a site are emulated, and how their links behave. Shape: EMULATION_SCHEMA. */
export interface Emulation {
  readonly seed: number;
  /** Real time per modelled time: 0.1 runs ten times as fast. */
  readonly timeScale: number;
  /** The burst model of every link advances once per this of modelled time. */
  readonly intervalMs: number;
  readonly boards: readonly EmulatedBoard[];
}

export interface EmulatedBoard {
  /** Id of the device in the site file. */
  readonly device: string;
  readonly port: "posix";
  readonly firmware: string;
  readonly readingPeriodMs: number;
  /** Answers nothing, as a board that hangs. */
  readonly silent: boolean;
  readonly link: LinkSettings;
}

/** JSON Schema of an emulation file (`emulation.yaml` beside `site.yaml`). */
export const EMULATION_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot emulation",
  type: "object",
  additionalProperties: false,
  required: ["boards"],
  properties: {
    seed: {
      type: "integer",
      minimum: 0,
      maximum: 4_294_967_295,
      default: 1,
      description: "Of every random draw: links and boards.",
    },
    timeScale: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 100,
      default: 1,
      description: "Real time per modelled time: 0.1 runs ten times as fast.",
    },
    intervalMs: {
      type: "integer",
      minimum: 1,
      maximum: 3_600_000,
      default: 1_000,
      description: "Burst loss advances once per this of modelled time.",
    },
    boards: {
      type: "array",
      maxItems: 1_000,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["device"],
        properties: {
          device: { type: "string", minLength: 1, description: "Id in the site file." },
          port: { enum: ["posix"], default: "posix", description: "Firmware port that runs." },
          firmware: {
            type: "string",
            pattern: "^[a-z0-9][a-z0-9-]*$",
            default: "climate-dht11",
            description: "Device type that the board is.",
          },
          readingPeriodMs: {
            type: "integer",
            minimum: 1_000,
            maximum: 3_600_000,
            default: 1_000,
            description: "Sampling interval after start and reset; a DHT11 samples once a second.",
          },
          silent: { type: "boolean", default: false, description: "Answers nothing." },
          link: { ...LINK_SETTINGS_SCHEMA, default: {} },
        },
      },
    },
  },
} as const;

/** The emulation file of a site, or undefined where there is none: every board is real then. */
export function findEmulationFile(siteFile: string): string | undefined {
  const file = path.join(path.dirname(path.resolve(siteFile)), "emulation.yaml");
  return fs.existsSync(file) ? file : undefined;
}

/**
 * Reads an emulation file and checks it against its site: every board is a device of the site,
 * and none is named twice.
 * @throws ConfigError
 */
export function loadEmulation(file: string, site: Site): Emulation {
  const emulation = loadYaml<Emulation>(file, EMULATION_SCHEMA);
  const ids = new Set(devicesOf(site).map((device) => device.id));
  const faults: Mismatch[] = [];
  const seen = new Set<string>();
  emulation.boards.forEach((board, index) => {
    const at = `/boards/${index}/device`;
    if (!ids.has(board.device)) {
      faults.push({ path: at, got: board.device, wanted: `a device of site ${site.site}` });
    }
    if (seen.has(board.device)) {
      faults.push({ path: at, got: board.device, wanted: "each device once" });
    }
    seen.add(board.device);
  });
  if (faults.length > 0) throw new ConfigError(path.resolve(file), faults);
  return emulation;
}

/** Every device of a site. */
export function devicesOf(site: Site): Site["nodes"][number]["networks"][number]["devices"] {
  return site.nodes.flatMap((node) => node.networks.flatMap((network) => network.devices));
}
