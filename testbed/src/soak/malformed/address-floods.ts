import * as dgram from "node:dgram";
import { createRng, systemClock } from "@fogwot/core";
import { GENEROUS_MS } from "../site/until";
import { badDatagram } from "./bad-datagrams";
import type { Flood } from "./flood";
import type { HostileBoard } from "./hostile-board";

const BATCH = 100;
/** A board reads one datagram at a time and tells nobody how far it is. */
const BOARD_PAUSE_MS = 1;

/** Sound frames from an address that is no device's: whoever forges one gets nowhere. */
export class StrangerFlood implements Flood {
  readonly name = "strangers";
  readonly isCounted = true;
  readonly answers = {};
  readonly failures = 0;
  readonly #board: HostileBoard;
  readonly #counted: () => Promise<number>;
  #sent = 0;
  #before: number | undefined;

  /** @param counted datagrams of unknown senders, as the driver counts them */
  constructor(board: HostileBoard, counted: () => Promise<number>) {
    this.#board = board;
    this.#counted = counted;
  }

  get sent(): number {
    return this.#sent;
  }

  async send(count: number): Promise<void> {
    this.#before ??= await this.#counted();
    const real = await this.#board.reply();
    for (let left = count; left > 0; left -= BATCH) {
      const batch = Math.min(BATCH, left);
      for (let n = 0; n < batch; n++) this.#board.sayAsStranger(real);
      this.#sent += batch;
      const deadlineMs = performance.now() + GENEROUS_MS;
      while ((await this.#counted()) < this.#before + this.#sent) {
        if (performance.now() > deadlineMs) break;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Bad datagrams at the address of an emulated board: the firmware's own parser takes them. */
export class BoardFlood implements Flood {
  readonly name = "board";
  readonly isCounted = false;
  readonly answers = {};
  readonly failures = 0;
  readonly #address: string;
  readonly #hostile: HostileBoard;
  readonly #socket = dgram.createSocket("udp4");
  readonly #rng;
  #sent = 0;

  constructor(address: string, hostile: HostileBoard, seed: number) {
    this.#address = address;
    this.#hostile = hostile;
    this.#rng = createRng(seed, "bad datagrams to a board");
  }

  get sent(): number {
    return this.#sent;
  }

  async send(count: number): Promise<void> {
    const real = await this.#hostile.reply();
    const [host, port] = this.#address.split(":");
    for (let left = count; left > 0; left -= BATCH) {
      const batch = Math.min(BATCH, left);
      for (let n = 0; n < batch; n++) {
        this.#socket.send(badDatagram(this.#rng, real), Number(port), host);
      }
      this.#sent += batch;
      await systemClock.sleep(BOARD_PAUSE_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }
}
