import path from "node:path";
import { createRng, Link, silentLogger, systemClock, validateConfig } from "@fogwot/core";
import type { Driver } from "@fogwot/fog";
import { loadDriver, temporaryFolder, UdpBoard } from "@fogwot/fog/testing";
import { Board } from "../../src/emulation/board";
import { ensureBoardBuilt, lineExecutable } from "../../src/emulation/board-build";
import { type HciLine, lineEmulator } from "../../src/emulation/hci/line-emulator";
import type { AttachedBoard } from "../../src/emulation/line-emulator";

export type DriverContext = Parameters<ReturnType<typeof loadDriver>["create"]>[1];

/** The address of the n-th peripheral: a static random one, as an ESP32 without a public one has. */
export function address(n: number): string {
  return `C4:C1:38:00:00:0${n}`;
}

/** An emulated controller on a pseudo-terminal, for one test, and what is in its reach. */
export class BleAir implements AsyncDisposable {
  readonly line: HciLine;
  readonly links = new Map<string, Link>();
  readonly peripherals = new Map<string, AttachedBoard>();
  readonly #folder;
  readonly #parts: (() => void | Promise<void>)[] = [];

  private constructor(folder: ReturnType<typeof temporaryFolder>, settings: object) {
    this.#folder = folder;
    this.line = lineEmulator.create({
      path: path.join(folder.path, "ble.line"),
      executable: lineExecutable(),
      settings: validateConfig(settings, lineEmulator.settings, "test"),
      clock: systemClock,
      log: silentLogger,
    }) as HciLine;
  }

  static async open(settings: object = {}): Promise<BleAir> {
    await ensureBoardBuilt();
    const air = new BleAir(temporaryFolder(), settings);
    await air.line.plugIn();
    return air;
  }

  /** A peripheral with a board made for tests, which can be told to misbehave. */
  async addDouble(id: string, n: number): Promise<UdpBoard> {
    const board = await new UdpBoard().start();
    const [host = "", port = ""] = board.address.split(":");
    (await this.#attach(id, n)).connect({ host, port: Number(port) });
    this.#parts.push(() => board.stop());
    return board;
  }

  /** A peripheral with the firmware as a Linux process. */
  async addBoard(id: string, n: number): Promise<Board> {
    const peripheral = await this.#attach(id, n);
    const board = new Board({
      device: id,
      executable: await ensureBoardBuilt("posix"),
      firmware: "climate-dht11",
      seed: n,
      readingPeriodMs: 1_000,
      silent: false,
      clock: systemClock,
      log: silentLogger,
      onAddress: (at) => peripheral.connect(at),
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
    const definition = loadDriver("ble");
    const all = { path: this.line.path, ...settings };
    return definition.create(
      {
        devices: ids.map((id, i) => ({
          id,
          address: address(i + 1),
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
    const peripheral = await this.line.attach({ device: id, address: address(n), link });
    this.peripherals.set(id, peripheral);
    return peripheral;
  }
}
