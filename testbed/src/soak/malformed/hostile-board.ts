import * as dgram from "node:dgram";
import { once } from "node:events";
import { silentLogger, systemClock } from "@fogwot/core";
import { Board } from "../../emulation/board";
import { ensureBoardBuilt } from "../../emulation/board-build";
import { until } from "../site/until";

/**
 * A real board (the firmware as a process) behind an address that also says what no board says. It
 * stands between board and driver, so that bad datagrams come from where the driver expects good
 * ones, which keep coming.
 */
export class HostileBoard implements AsyncDisposable {
  readonly #outside = dgram.createSocket("udp4");
  readonly #inside = dgram.createSocket("udp4");
  readonly #stranger = dgram.createSocket("udp4");
  readonly #device: string;
  #board: Board | undefined;
  #boardPort = 0;
  #driver: { readonly address: string; readonly port: number } | undefined;
  #lastReply: Buffer | undefined;

  constructor(device: string) {
    this.#device = device;
  }

  static async start(device: string): Promise<HostileBoard> {
    const hostile = new HostileBoard(device);
    await hostile.start();
    return hostile;
  }

  async start(): Promise<void> {
    for (const socket of [this.#outside, this.#inside]) {
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
    }
    this.#outside.on("message", (datagram, from) => {
      this.#driver = from;
      this.#inside.send(datagram, this.#boardPort, "127.0.0.1");
    });
    this.#inside.on("message", (datagram) => {
      this.#lastReply = datagram;
      this.say(datagram);
    });
    this.#board = new Board({
      device: this.#device,
      executable: await ensureBoardBuilt(),
      firmware: "climate-dht11",
      seed: 1,
      readingPeriodMs: 1_000,
      silent: false,
      clock: systemClock,
      log: silentLogger,
      onAddress: (address) => {
        this.#boardPort = address?.port ?? this.#boardPort;
      },
    });
    await this.#board.start();
  }

  /** What a site file names as the device's address. */
  get address(): string {
    return `127.0.0.1:${this.#outside.address().port}`;
  }

  /** A datagram that the board itself has sent; waits for the first. @throws WaitTimeoutError */
  reply(): Promise<Buffer> {
    return until("the board's first reply", () => this.#lastReply);
  }

  /** Sends the driver any bytes, from the device's address. */
  say(datagram: Buffer): void {
    const { address, port } = this.#driver ?? {};
    if (port !== undefined) this.#outside.send(datagram, port, address);
  }

  /** Sends the driver any bytes, from an address that no device has. */
  sayAsStranger(datagram: Buffer): void {
    const { address, port } = this.#driver ?? {};
    if (port !== undefined) this.#stranger.send(datagram, port, address);
  }

  async stop(): Promise<void> {
    await this.#board?.stop();
    for (const socket of [this.#outside, this.#inside, this.#stranger]) socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
