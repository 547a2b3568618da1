import {
  createRng,
  InputError,
  LINK_SETTINGS_SCHEMA,
  Link,
  type LinkSettings,
  NotFoundError,
  type Program,
  type ProgramContext,
  type RunningProgram,
  validateConfig,
} from "@fogwot/core";
import { Board } from "./board";
import type { EmulatedBoard, Emulation } from "./emulation-file";
import { Relay } from "./relay";

/** What the emulation process is started with. */
export interface EmulationConfig {
  readonly emulation: Emulation;
  /** Path of the posix board. */
  readonly executable: string;
  /** Where the driver looks for each device, "host:port"; port 0 takes a free one. */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface EmulationReport {
  /** Where each emulated device is reached, "host:port". */
  readonly addresses: Readonly<Record<string, string>>;
}

/** One link as `fogwot link list` shows it. */
export interface LinkState {
  readonly device: string;
  readonly where: "emulated" | "driver";
  readonly settings: LinkSettings;
  /** Messages so far; null where they are not counted. */
  readonly sent: number | null;
  readonly lost: number | null;
}

/** What the emulation process is asked while it runs. */
export type EmulationRequest =
  | { readonly op: "link.list" }
  | {
      readonly op: "link.set";
      readonly device: string;
      readonly settings: Partial<LinkSettings>;
    }
  | { readonly op: "link.cut"; readonly device: string }
  | { readonly op: "link.restore"; readonly device: string };

interface Emulated {
  readonly board: Board;
  readonly link: Link;
  readonly relay: Relay;
}

/** The boards of a site as processes, each behind its own seeded link. */
export const emulationProgram: Program<EmulationConfig, EmulationReport> = {
  async start(config, context) {
    const boards = new Map<string, Emulated>();
    const running: RunningProgram<EmulationReport> = {
      get report() {
        const entries = [...boards].map(([device, one]) => [device, one.relay.address]);
        return { addresses: Object.fromEntries(entries) as Record<string, string> };
      },
      async stop() {
        for (const one of boards.values()) one.relay.stop();
        await Promise.all([...boards.values()].map((one) => one.board.stop()));
      },
      onMessage: async (message) => answer(boards, message as EmulationRequest),
    };
    try {
      await Promise.all(
        config.emulation.boards.map(async (settings) => {
          const emulated = emulate(settings, config, context);
          boards.set(settings.device, emulated);
          await emulated.relay.start();
          await emulated.board.start();
        }),
      );
    } catch (error) {
      await running.stop();
      throw error;
    }
    return running;
  },
};

function emulate(
  settings: EmulatedBoard,
  { emulation, executable, addresses }: EmulationConfig,
  { clock, log }: ProgramContext,
): Emulated {
  const { device } = settings;
  const { host, port } = parseAddress(device, addresses[device] ?? "127.0.0.1:0");
  const link = new Link({
    settings: settings.link,
    rng: createRng(emulation.seed, "link", device),
    clock,
    intervalMs: emulation.intervalMs,
    timeScale: emulation.timeScale,
  });
  const relay = new Relay({ device, host, port, link, clock, log });
  const board = new Board({
    device,
    executable,
    firmware: settings.firmware,
    seed: createRng(emulation.seed, "board", device).int(2 ** 31),
    readingPeriodMs: settings.readingPeriodMs,
    silent: settings.silent,
    clock,
    log,
    onAddress: (address) => relay.connect(address),
  });
  return { board, link, relay };
}

function answer(boards: ReadonlyMap<string, Emulated>, request: EmulationRequest): LinkState[] {
  if (request.op === "link.list") return [...boards].map(([device, one]) => state(device, one));
  const emulated = boards.get(request.device);
  if (!emulated) throw new NotFoundError(`emulated board ${request.device}`);
  const { link } = emulated;
  if (request.op === "link.cut") link.cut();
  else if (request.op === "link.restore") link.reset();
  else link.set(checked(request.settings));
  return [state(request.device, emulated)];
}

function checked(settings: Partial<LinkSettings>): Partial<LinkSettings> {
  // Validated as a whole, but only what was named is set: defaults would undo the rest.
  validateConfig(settings, LINK_SETTINGS_SCHEMA, "link settings");
  return settings;
}

function state(device: string, { link }: Emulated): LinkState {
  return { device, where: "emulated", settings: link.settings, ...link.counters };
}

function parseAddress(device: string, address: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (!match?.[1] || port > 65_535) {
    throw new InputError({ path: `/${device}/address`, got: address, wanted: "host:port" });
  }
  return { host: match[1], port };
}
