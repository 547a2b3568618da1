import path from "node:path";
import { createRng, Link, silentLogger, systemClock, validateConfig } from "@fogwot/core";
import type { Driver } from "@fogwot/fog";
import { loadDriver, temporaryFolder, UdpBoard } from "@fogwot/fog/testing";
import { Board } from "../../src/emulation/board";
import { type BoardPort, ensureBoardBuilt, lineExecutable } from "../../src/emulation/board-build";
import type { AttachedBoard } from "../../src/emulation/line-emulator";
import { lineEmulator, type XBeeLine } from "../../src/emulation/xbee/line-emulator";

export type DriverContext = Parameters<ReturnType<typeof loadDriver>["create"]>[1];

/** The address of the n-th leaf. */
export function leafAddress(n: number): string {
  return `0013A200 4052630${n}`;
}

/** An emulated coordinator on a pseudo-terminal, for one test, and what hangs on it. */
export class ZigbeeNetwork implements AsyncDisposable {
  readonly line: XBeeLine;
  readonly links = new Map<string, Link>();
  readonly leaves = new Map<string, AttachedBoard>();
  readonly #folder;
  readonly #parts: (() => void | Promise<void>)[] = [];

  private constructor(folder: ReturnType<typeof temporaryFolder>, settings: object) {
    this.#folder = folder;
    this.line = lineEmulator.create({
      path: path.join(folder.path, "zigbee.line"),
      executable: lineExecutable(),
      settings: validateConfig(settings, lineEmulator.settings, "test"),
      clock: systemClock,
      log: silentLogger,
    }) as XBeeLine;
  }

  static async open(settings: object = {}): Promise<ZigbeeNetwork> {
    await ensureBoardBuilt();
    const network = new ZigbeeNetwork(temporaryFolder(), settings);
    await network.line.plugIn();
    return network;
  }

  /** A leaf with a board made for tests, which can be told to misbehave. */
  async addDouble(id: string, n: number): Promise<UdpBoard> {
    const board = await new UdpBoard().start();
    const [host = "", port = ""] = board.address.split(":");
    (await this.#attach(id, n)).connect({ host, port: Number(port) });
    this.#parts.push(() => board.stop());
    return board;
  }

  /** A leaf with the firmware as a Linux process, or as the Uno's own binary in a simulator. */
  async addBoard(id: string, n: number, port: BoardPort = "posix"): Promise<Board> {
    const leaf = await this.#attach(id, n);
    const board = new Board({
      device: id,
      executable: await ensureBoardBuilt(port),
      firmware: "climate-thermistor",
      seed: n,
      readingPeriodMs: 1_000,
      silent: false,
      clock: systemClock,
      log: silentLogger,
      onAddress: (address) => leaf.connect(address),
    });
    await board.start();
    this.#parts.push(() => board.stop());
    return board;
  }

  driver(
    ids: readonly string[],
    context: DriverContext,
    settings: Readonly<Record<string, unknown>> = {},
    parameters?: Readonly<Record<string, number | null>>,
  ): Driver {
    const definition = loadDriver("zigbee");
    const all = { path: this.line.path, ...settings };
    return definition.create(
      {
        devices: ids.map((id, i) => ({
          id,
          address: leafAddress(i + 1),
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
    const leaf = await this.line.attach({ device: id, address: leafAddress(n), link });
    this.leaves.set(id, leaf);
    return leaf;
  }
}
