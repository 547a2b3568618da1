import * as dgram from "node:dgram";
import { type Clock, type Link, type Logger, PortInUseError } from "@fogwot/core";
import { RoundTrips } from "./round-trips";

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

/** One driver that talks to the board, with its own socket towards the board. */
interface Peer {
  readonly address: UdpAddress;
  readonly upstream: dgram.Socket;
  readonly roundTrips: RoundTrips;
}

/** A restarted driver comes from a new port; the oldest of more than this is dropped. */
const PEER_LIMIT = 4;
/** Where an emulated board listens, and only there. */
const LOOPBACK = "127.0.0.1";

/** Owns the address the driver talks to and carries datagrams to and from the board over its Link. */
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
    const peer = this.#peer(from);
    peer.roundTrips.request(datagram, () => {
      const board = this.#board;
      if (board && this.#isCurrent(peer)) send(peer.upstream, datagram, board);
    });
  }

  #toDriver(datagram: Buffer, peer: Peer): void {
    peer.roundTrips.reply(datagram, () => {
      if (this.#socket) send(this.#socket, datagram, peer.address);
    });
  }

  #peer(address: UdpAddress): Peer {
    const key = `${address.host}:${address.port}`;
    const known = this.#peers.get(key);
    if (known) return known;
    const upstream = dgram.createSocket("udp4");
    upstream.bind(0, LOOPBACK);
    const { link, clock } = this.#options;
    const peer: Peer = { address, upstream, roundTrips: new RoundTrips(link, clock) };
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

function send(socket: dgram.Socket, datagram: Buffer, to: UdpAddress): void {
  // A board that is being restarted hears nothing, as behind a real link.
  socket.send(datagram, to.port, to.host, () => undefined);
}
