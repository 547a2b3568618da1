import path from "node:path";
import { createRng, Link, silentLogger, systemClock, validateConfig } from "@fogwot/core";
import type { Driver } from "@fogwot/fog";
import { loadDriver, temporaryFolder, UdpBoard } from "@fogwot/fog/testing";
import { Board } from "../../src/emulation/board";
import { type BoardPort, ensureBoardBuilt, lineExecutable } from "../../src/emulation/board-build";
import {
  type AttachedBoard,
  type LineEmulator,
  loadLineEmulator,
} from "../../src/emulation/line-emulator";

export type DriverContext = Parameters<ReturnType<typeof loadDriver>["create"]>[1];

export interface LineNetworkOptions {
  /** Folder names: of the driver, and of what is at the far end of its line. */
  readonly driver: string;
  readonly emulator: string;
  readonly firmware: string;
  /** Of the n-th board, in the driver's notation. */
  readonly addressOf: (n: number) => string;
}

/** An emulated radio module on a pseudo-terminal, for one test, and the boards in its reach. */
export class LineNetwork<Line extends LineEmulator> implements AsyncDisposable {
  readonly line: Line;
  readonly links = new Map<string, Link>();
  readonly boards = new Map<string, AttachedBoard>();
  readonly #options: LineNetworkOptions;
  readonly #folder = temporaryFolder();
  readonly #parts: (() => void | Promise<void>)[] = [];

  /** Not plugged in yet. @param settings of the emulator */
  constructor(options: LineNetworkOptions, settings: object) {
    const { driver, emulator } = options;
    const definition = loadLineEmulator(emulator);
    this.#options = options;
    this.line = definition.create({
      path: path.join(this.#folder.path, `${driver}.line`),
      executable: lineExecutable(),
      settings: validateConfig(settings, definition.settings, "test"),
      clock: systemClock,
      log: silentLogger,
    }) as Line;
  }

  async plugIn(): Promise<this> {
    await ensureBoardBuilt();
    await this.line.plugIn();
    return this;
  }

  /** A board made for tests, which can be told to misbehave. */
  async addDouble(id: string, n: number): Promise<UdpBoard> {
    const board = await new UdpBoard().start();
    const [host = "", port = ""] = board.address.split(":");
    (await this.#attach(id, n)).connect({ host, port: Number(port) });
    this.#parts.push(() => board.stop());
    return board;
  }

  /** The firmware as a Linux process, or as a board's own binary in a simulator. */
  async addBoard(id: string, n: number, port: BoardPort = "posix"): Promise<Board> {
    const attached = await this.#attach(id, n);
    const board = new Board({
      device: id,
      executable: await ensureBoardBuilt(port),
      firmware: this.#options.firmware,
      seed: n,
      readingPeriodMs: 1_000,
      silent: false,
      clock: systemClock,
      log: silentLogger,
      onAddress: (at) => attached.connect(at),
    });
    await board.start();
    this.#parts.push(() => board.stop());
    return board;
  }

  /** @param parameters of the first device */
  driver(
    ids: readonly string[],
    context: DriverContext,
    settings: Readonly<Record<string, unknown>> = {},
    parameters?: Readonly<Record<string, number | null>>,
  ): Driver {
    const definition = loadDriver(this.#options.driver);
    const all = { path: this.line.path, ...settings };
    return definition.create(
      {
        devices: ids.map((id, i) => ({
          id,
          address: this.#options.addressOf(i + 1),
          ...(i === 0 && parameters ? { parameters } : {}),
        })),
        settings: validateConfig(all, definition.settings, "test"),
      },
      context,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line.stop();
    for (const stop of this.#parts) await stop();
    await this.#folder[Symbol.asyncDispose]();
  }

  async #attach(id: string, n: number): Promise<AttachedBoard> {
    const link = new Link({ settings: {}, rng: createRng(n, "link"), clock: systemClock });
    this.links.set(id, link);
    const board = await this.line.attach({ device: id, address: this.#options.addressOf(n), link });
    this.boards.set(id, board);
    return board;
  }
}
