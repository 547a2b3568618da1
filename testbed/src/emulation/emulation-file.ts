import * as fs from "node:fs";
import * as path from "node:path";
import {
  ConfigError,
  LINK_SETTINGS_SCHEMA,
  type LinkSettings,
  loadYaml,
  type Mismatch,
  type Site,
  validateConfig,
} from "@fogwot/core";
import { BOARD_PORTS, type BoardPort } from "./board-build";
import { listLineEmulators, loadLineEmulator } from "./line-emulator";

/** Which boards of a site are emulated, and how their links behave. Shape: EMULATION_SCHEMA. */
export interface Emulation {
  readonly seed: number;
  /** Real time per modelled time: 0.1 runs ten times as fast. */
  readonly timeScale: number;
  /** The burst model of every link advances once per this of modelled time. */
  readonly intervalMs: number;
  /** Serial lines of networks, and what stands at their far ends. */
  readonly lines: readonly EmulatedLineSpec[];
  readonly boards: readonly EmulatedBoard[];
}

export interface EmulatedLineSpec {
  /** Name of the network in the site file; its boards are behind this line. */
  readonly network: string;
  /** Folder name of the line emulator. */
  readonly emulator: string;
  /** The emulator's own, defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface EmulatedBoard {
  /** Id of the device in the site file, or of its own where it has `network` and `address`. */
  readonly device: string;
  /** A network with an emulated line, for a board that the site file does not name. */
  readonly network?: string;
  readonly address?: string;
  readonly port: BoardPort;
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
    lines: {
      type: "array",
      maxItems: 100,
      default: [],
      description: "Serial lines; the boards of such a network are behind its line.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["network", "emulator"],
        properties: {
          network: { type: "string", minLength: 1, description: "Name in the site file." },
          emulator: {
            type: "string",
            minLength: 1,
            description: "What is at the far end: xbee, a Zigbee coordinator.",
          },
          settings: { type: "object", default: {}, description: "The emulator's own." },
        },
      },
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
          network: {
            type: "string",
            minLength: 1,
            description: "For a board that the site file does not name: the network it is in,",
          },
          address: { type: "string", minLength: 1, description: "and its address there." },
          port: {
            enum: [...BOARD_PORTS],
            default: "posix",
            description:
              "posix: the firmware compiled for this machine; xbee-avr, cortex-m: that chip's own binary in a simulator.",
          },
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
 * Reads an emulation file and checks it against its site: every board is a device of the site or
 * says where it is, none is named twice, and every line is one of a network's.
 * @throws ConfigError
 */
export function loadEmulation(file: string, site: Site): Emulation {
  const emulation = loadYaml<Emulation>(file, EMULATION_SCHEMA);
  const faults = [...lineFaults(emulation, site), ...boardFaults(emulation, site)];
  if (faults.length > 0) throw new ConfigError(path.resolve(file), faults);
  const lines = emulation.lines.map((line) => {
    const { settings } = loadLineEmulator(line.emulator);
    const filled = validateConfig<Record<string, unknown>>(line.settings, settings, file);
    return { ...line, settings: filled };
  });
  return { ...emulation, lines };
}

/** Board → the network whose emulated line it is behind. */
export function boardsBehindLines(site: Site, { lines, boards }: Emulation): Map<string, string> {
  const emulated = new Set(lines.map(({ network }) => network));
  const networkOf = new Map(
    networksOf(site).flatMap(({ name, devices }) => devices.map(({ id }) => [id, name])),
  );
  const behind = new Map<string, string>();
  for (const { device, network = networkOf.get(device) } of boards) {
    if (network !== undefined && emulated.has(network)) behind.set(device, network);
  }
  return behind;
}

function lineFaults({ lines }: Emulation, site: Site): Mismatch[] {
  const networks = new Set(networksOf(site).map(({ name }) => name));
  const emulators = listLineEmulators();
  const faults: Mismatch[] = [];
  const seen = new Set<string>();
  lines.forEach(({ network, emulator }, index) => {
    const at = `/lines/${index}`;
    if (!networks.has(network)) {
      faults.push({ path: `${at}/network`, got: network, wanted: `a network of ${site.site}` });
    }
    if (seen.has(network)) {
      faults.push({ path: `${at}/network`, got: network, wanted: "each network once" });
    }
    seen.add(network);
    if (!emulators.includes(emulator)) {
      faults.push({ path: `${at}/emulator`, got: emulator, wanted: emulators.join(", ") });
    }
  });
  return faults;
}

function boardFaults({ boards, lines }: Emulation, site: Site): Mismatch[] {
  const ids = new Set(devicesOf(site).map((device) => device.id));
  const emulated = new Set(lines.map(({ network }) => network));
  const faults: Mismatch[] = [];
  const seen = new Set<string>();
  boards.forEach(({ device, network, address }, index) => {
    const at = `/boards/${index}`;
    const isStranger = network !== undefined || address !== undefined;
    if (ids.has(device) && isStranger) {
      faults.push({ path: `${at}/network`, got: network, wanted: "nothing: the site file tells" });
    }
    if (!ids.has(device) && !isStranger) {
      faults.push({ path: `${at}/device`, got: device, wanted: `a device of site ${site.site}` });
    }
    if (isStranger && (network === undefined || !emulated.has(network) || !address)) {
      const wanted = "the network of an emulated line, and an address there";
      faults.push({ path: `${at}/network`, got: network, wanted });
    }
    if (seen.has(device)) {
      faults.push({ path: `${at}/device`, got: device, wanted: "each device once" });
    }
    seen.add(device);
  });
  return faults;
}

/** Every sensor network of a site. */
export function networksOf(site: Site): Site["nodes"][number]["networks"] {
  return site.nodes.flatMap((node) => node.networks);
}

/** Every device of a site. */
export function devicesOf(site: Site): Site["nodes"][number]["networks"][number]["devices"] {
  return site.nodes.flatMap((node) => node.networks.flatMap((network) => network.devices));
}
