import * as dgram from "node:dgram";
import { type Clock, type Link, type Logger, PortInUseError } from "@fogwot/core";
import { replySequence, requestSequence } from "./board-frame";

export interface RelayOptions {
  readonly device: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Logger;
}

interface UdpAddress {
  readonly host: string;
  readonly port: number;
}

/** A request under way: its reply reaches the driver at `dueMs` of the monotonic clock. */
interface Underway {
  readonly dueMs: number;
}

/** One driver that talks to the board, with its own socket towards the board. */
interface Peer {
  readonly address: UdpAddress;
  readonly upstream: dgram.Socket;
  readonly underway: Map<number, Underway>;
}

/** More than any driver has under way; the oldest is forgotten, as a lost one would be. */
const UNDERWAY_LIMIT = 256;
/** A restarted driver comes from a new port; the oldest of more than this is dropped. */
const PEER_LIMIT = 4;
/** Where an emulated board listens, and only there. */
const LOOPBACK = "127.0.0.1";

/**
 * Owns the address the driver talks to and carries datagrams to and from the emulated board over
 * a Link. Delay and loss of a request and its reply are drawn once, for the whole round trip; half
 * of the delay passes before the board hears the request. A push is drawn for its one way.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #peers = new Map<string, Peer>();
  #socket: dgram.Socket | undefined;
  #board: UdpAddress | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Where the driver reaches the board, "host:port". Only after `start`. */
  get address(): string {
    const bound = this.#socket?.address();
    return bound ? `${bound.address}:${bound.port}` : "";
  }

  /** @throws PortInUseError */
  async start(): Promise<void> {
    if (this.#socket) return;
    const { device, host, port } = this.#options;
    const socket = dgram.createSocket("udp4");
    await new Promise<void>((resolve, reject) => {
      socket.once("error", (error: NodeJS.ErrnoException) => {
        socket.close();
        const inUse = error.code === "EADDRINUSE";
        reject(inUse ? new PortInUseError(`emulated board ${device}`, host, port) : error);
      });
      socket.bind(port, host, () => {
        socket.removeAllListeners("error");
        resolve();
      });
    });
    socket.on("error", (error) => this.#options.log.warn({ device, err: error }, "relay socket"));
    socket.on("message", (datagram, from) => {
      this.#toBoard(datagram, { host: from.address, port: from.port });
    });
    this.#socket = socket;
  }

  /** The board's own address; changes when the board was restarted. */
  connect(board: UdpAddress | undefined): void {
    this.#board = board;
  }

  stop(): void {
    this.#options.link.stop();
    this.#socket?.close();
    this.#socket = undefined;
    for (const peer of this.#peers.values()) peer.upstream.close();
    this.#peers.clear();
  }

  #toBoard(datagram: Buffer, from: UdpAddress): void {
    const { link, clock } = this.#options;
    const peer = this.#peer(from);
    const { lost, delayMs } = link.exchange();
    if (lost) return;
    const sequence = requestSequence(datagram);
    if (sequence !== undefined) {
      peer.underway.delete(sequence);
      peer.underway.set(sequence, { dueMs: clock.monotonicMs() + delayMs });
      if (peer.underway.size > UNDERWAY_LIMIT) dropOldest(peer.underway);
    }
    const forward = (): void => {
      const board = this.#board;
      if (board && this.#isCurrent(peer)) send(peer.upstream, datagram, board);
    };
    // A link without delay adds no timer: a timer of 0 ms would take at least one.
    if (delayMs === 0) forward();
    else link.later(delayMs / 2, forward);
  }

  #toDriver(datagram: Buffer, peer: Peer): void {
    const { link, clock } = this.#options;
    const deliver = (): void => {
      if (this.#socket) send(this.#socket, datagram, peer.address);
    };
    const sequence = replySequence(datagram);
    const request = sequence === undefined ? undefined : peer.underway.get(sequence);
    if (sequence === undefined || request === undefined) {
      link.send(datagram, deliver);
      return;
    }
    peer.underway.delete(sequence);
    const remainingMs = request.dueMs - clock.monotonicMs();
    if (remainingMs <= 0) deliver();
    else link.later(remainingMs, deliver);
  }

  #peer(address: UdpAddress): Peer {
    const key = `${address.host}:${address.port}`;
    const known = this.#peers.get(key);
    if (known) return known;
    const upstream = dgram.createSocket("udp4");
    upstream.bind(0, LOOPBACK);
    const peer: Peer = { address, upstream, underway: new Map() };
    upstream.on("message", (datagram) => this.#toDriver(datagram, peer));
    upstream.on("error", (error) => {
      this.#options.log.warn({ device: this.#options.device, err: error }, "relay to the board");
    });
    this.#peers.set(key, peer);
    if (this.#peers.size > PEER_LIMIT) this.#dropOldestPeer();
    return peer;
  }

  #isCurrent(peer: Peer): boolean {
    return this.#peers.get(`${peer.address.host}:${peer.address.port}`) === peer;
  }

  #dropOldestPeer(): void {
    const [key, oldest] = this.#peers.entries().next().value ?? [];
    if (key === undefined) return;
    this.#peers.delete(key);
    oldest?.upstream.close();
  }
}

function dropOldest(map: Map<number, unknown>): void {
  const first = map.keys().next().value;
  if (first !== undefined) map.delete(first);
}

function send(socket: dgram.Socket, datagram: Buffer, to: UdpAddress): void {
  // A board that is being restarted hears nothing, as behind a real link.
  socket.send(datagram, to.port, to.host, () => undefined);
}
