import * as dgram from "node:dgram";
import { once } from "node:events";
import type { Clock, Link, Logger } from "@fogwot/core";
import { type Address64, DELIVERY } from "@fogwot/fog/xbee";
import { RoundTrips } from "../round-trips";
import { createParameters, type Parameters } from "./parameters";

/** A module in the network other than the coordinator, and what its serial side is wired to. */
export interface Leaf {
  readonly address64: Address64;
  readonly address16: number;
  /** Of the module itself. */
  readonly parameters: Parameters;
  /** The module has power, and is in the network. */
  isOn: boolean;
  /** What the board behind the module says, for whoever the module sends to. */
  onPayload: (payload: Buffer) => void;
  /** A payload from the coordinator; `delivered` tells what the radio notices of it, once. */
  deliver(payload: Buffer, delivered: (status: number) => void): void;
  /** Carries a module's own answer (ND, remote AT): no board is asked. */
  reach(answer: (isReached: boolean) => void): void;
}

export interface BoardLeafOptions {
  readonly address64: Address64;
  readonly address16: number;
  readonly name: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Logger;
}

interface UdpAddress {
  readonly host: string;
  readonly port: number;
}

/** Where an emulated board listens, and only there. */
const LOOPBACK = "127.0.0.1";
/** A board that floods must lose its bytes on the radio, not here. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

/**
 * A leaf whose board is a process: the firmware, reached by one datagram a payload. All delay and
 * loss between coordinator and board is the link's.
 */
export class BoardLeaf implements Leaf {
  readonly address64: Address64;
  readonly address16: number;
  readonly parameters: Parameters;
  isOn = true;
  onPayload: (payload: Buffer) => void = () => undefined;
  readonly #options: BoardLeafOptions;
  readonly #roundTrips: RoundTrips;
  #socket: dgram.Socket | undefined;
  #board: UdpAddress | undefined;

  constructor(options: BoardLeafOptions) {
    this.address64 = options.address64;
    this.address16 = options.address16;
    this.parameters = createParameters(options.address64, options.address16, options.name);
    this.#options = options;
    this.#roundTrips = new RoundTrips(options.link, options.clock);
  }

  async start(): Promise<void> {
    if (this.#socket) return;
    const socket = dgram.createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
    this.#socket = socket;
    const listening = once(socket, "listening");
    socket.bind(0, LOOPBACK);
    await listening;
    socket.on("error", (error) => {
      this.#options.log.warn({ leaf: this.#options.name, err: error }, "leaf to its board");
    });
    socket.on("message", (payload) => {
      this.#roundTrips.reply(payload, () => {
        if (this.isOn) this.onPayload(payload);
      });
    });
  }

  stop(): void {
    this.#options.link.stop();
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The board's own address; changes when the board was restarted, undefined while it is down. */
  connect(board: UdpAddress | undefined): void {
    this.#board = board;
  }

  deliver(payload: Buffer, delivered: (status: number) => void): void {
    const { lost, delayMs } = this.#roundTrips.request(payload, () => {
      delivered(this.isOn ? DELIVERY.success : DELIVERY.networkAckFailure);
      if (this.isOn && this.#board) {
        // A board that is being restarted hears nothing, as a wired one would.
        this.#socket?.send(payload, this.#board.port, this.#board.host, () => undefined);
      }
    });
    // The module tries again for a while before it gives up.
    if (lost) this.#later(delayMs, () => delivered(DELIVERY.networkAckFailure));
  }

  reach(answer: (isReached: boolean) => void): void {
    const { lost, delayMs } = this.#options.link.exchange();
    this.#later(delayMs, () => answer(this.isOn && !lost));
  }

  #later(delayMs: number, work: () => void): void {
    if (delayMs === 0) work();
    else this.#options.link.later(delayMs, work);
  }
}
