import * as path from "node:path";
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
import { boardExecutable, lineExecutable } from "./board-build";
import type { EmulatedBoard, Emulation } from "./emulation-file";
import { type BoardBehindLine, type LineEmulator, loadLineEmulator } from "./line-emulator";
import { Relay, type RelayOptions } from "./relay";

/** What the emulation process is started with. */
export interface EmulationConfig {
  readonly emulation: Emulation;
  /** Where the driver looks for each device: "host:port", port 0 takes a free one; or its radio's. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Board → the network whose line it is behind. */
  readonly behind: Readonly<Record<string, string>>;
  /** Of the lines. */
  readonly runDirectory: string;
}

export interface EmulationReport {
  /** Where each emulated device is reached, in its driver's notation. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Network → its serial line. */
  readonly lines: Readonly<Record<string, string>>;
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
  | { readonly op: "link.restore"; readonly device: string }
  /** The radio module of a board behind a line gets power, or loses it. */
  | { readonly op: "board.power"; readonly device: string; readonly isOn: boolean }
  /** A serial line is plugged in, or pulled. */
  | { readonly op: "line.plug"; readonly network: string; readonly isIn: boolean };

interface Emulated {
  readonly board: Board;
  readonly link: Link;
  /** As the driver knows it. */
  readonly address: () => string;
  readonly power: (isOn: boolean) => void;
  readonly stop: () => void;
}

type World = {
  readonly boards: Map<string, Emulated>;
  readonly lines: Map<string, LineEmulator>;
};

/** The boards of a site as processes, each behind its own seeded link, and its serial lines. */
export const emulationProgram: Program<EmulationConfig, EmulationReport> = {
  async start(config, context) {
    const world: World = { boards: new Map(), lines: createLines(config, context) };
    const { boards, lines } = world;
    const running: RunningProgram<EmulationReport> = {
      get report() {
        const addresses = [...boards].map(([device, one]) => [device, one.address()]);
        const paths = [...lines].map(([network, line]) => [network, line.path]);
        return { addresses: Object.fromEntries(addresses), lines: Object.fromEntries(paths) };
      },
      async stop() {
        for (const one of boards.values()) one.stop();
        await Promise.all([
          ...[...boards.values()].map((one) => one.board.stop()),
          ...[...lines.values()].map((line) => line.stop()),
        ]);
      },
      onMessage: (message) => answer(world, message as EmulationRequest),
    };
    try {
      await Promise.all(
        config.emulation.boards.map(async (settings) => {
          const emulated = await emulate(settings, lines, config, context);
          boards.set(settings.device, emulated);
          await emulated.board.start();
        }),
      );
      for (const line of lines.values()) await line.plugIn();
    } catch (error) {
      await running.stop();
      throw error;
    }
    return running;
  },
};

function createLines(
  { emulation, runDirectory }: EmulationConfig,
  { clock, log }: ProgramContext,
): Map<string, LineEmulator> {
  return new Map(
    emulation.lines.map(({ network, emulator, settings }) => {
      const line = loadLineEmulator(emulator).create({
        path: path.join(runDirectory, `${network}.line`),
        executable: lineExecutable(),
        settings,
        clock,
        log,
      });
      return [network, line];
    }),
  );
}

async function emulate(
  settings: EmulatedBoard,
  lines: ReadonlyMap<string, LineEmulator>,
  config: EmulationConfig,
  { clock, log }: ProgramContext,
): Promise<Emulated> {
  const { emulation, addresses, behind } = config;
  const { device } = settings;
  const link = new Link({
    settings: settings.link,
    rng: createRng(emulation.seed, "link", device),
    clock,
    intervalMs: emulation.intervalMs,
    timeScale: emulation.timeScale,
  });
  const address = addresses[device] ?? "127.0.0.1:0";
  const line = lines.get(behind[device] ?? "");
  const way = line
    ? await behindLine(line, { device, address, link })
    : await behindRelay({ device, ...parseAddress(device, address), link, clock, log });
  const board = new Board({
    device,
    executable: boardExecutable(settings.port),
    firmware: settings.firmware,
    seed: createRng(emulation.seed, "board", device).int(2 ** 31),
    readingPeriodMs: settings.readingPeriodMs,
    silent: settings.silent,
    clock,
    log,
    onAddress: way.connect,
  });
  return { board, link, ...way };
}

/** How the driver and the board's process are joined. */
type Way = Pick<Emulated, "address" | "power" | "stop"> & {
  readonly connect: (board: { readonly host: string; readonly port: number } | undefined) => void;
};

async function behindLine(line: LineEmulator, board: BoardBehindLine): Promise<Way> {
  const attached = await line.attach(board);
  return {
    address: () => board.address,
    connect: (at) => attached.connect(at),
    power: (isOn) => attached.power(isOn),
    // The line ends what is behind it.
    stop: () => undefined,
  };
}

async function behindRelay(options: RelayOptions): Promise<Way> {
  const relay = new Relay(options);
  await relay.start();
  return {
    address: () => relay.address,
    connect: (at) => relay.connect(at),
    power: () => {
      throw new NotFoundError(`radio module of ${options.device}`);
    },
    stop: () => relay.stop(),
  };
}

async function answer(world: World, request: EmulationRequest): Promise<LinkState[]> {
  const { boards, lines } = world;
  if (request.op === "link.list") return [...boards].map(([device, one]) => state(device, one));
  if (request.op === "line.plug") {
    const line = lines.get(request.network);
    if (!line) throw new NotFoundError(`emulated line ${request.network}`);
    await (request.isIn ? line.plugIn() : line.unplug());
    return [];
  }
  const emulated = boards.get(request.device);
  if (!emulated) throw new NotFoundError(`emulated board ${request.device}`);
  const { link, power } = emulated;
  if (request.op === "board.power") power(request.isOn);
  else if (request.op === "link.cut") link.cut();
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
