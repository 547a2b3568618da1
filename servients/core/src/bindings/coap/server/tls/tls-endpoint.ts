import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { FogwotError, PortInUseError } from "../../../../errors";
import type { Logger } from "../../../../log";
import type { Access, Principal } from "../../../../security";
import type { Clock } from "../../../../time";
import { MAXIMUM_IDENTITY_BYTES, PSK_TLS } from "../../stream";
import type { StreamExchange } from "./stream-exchange";
import { TlsClient, type TlsClientOptions } from "./tls-client";
import type { TlsPeer } from "./tls-peer";

export interface TlsEndpointOptions {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Logger;
  readonly host: string;
  readonly port: number;
  /** Clients connected at a time; more are told so and sent away. */
  readonly maximumConnections: number;
  /** Longest time for a TLS handshake. */
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly patienceMs: number;
  readonly maximumMessageBytes: number;
  /** Requests in work at a time; more get 5.03. */
  readonly maximumExchanges: number;
  readonly onRequest: (exchange: StreamExchange) => void;
  readonly isObserving: (peer: TlsPeer) => boolean;
  readonly onGone: (peer: TlsPeer) => void;
}

const MAXIMUM_EXCHANGES_OF_ONE = 128;
const FALSE_KEY_BYTES = 32;
/** Messages of all clients that are not complete. */
const MAXIMUM_HELD_BYTES = 64 * 1024 * 1024;
/** Clients are given so long to take the last word. */
const GOODBYE_MS = 500;

/** The server end of `coaps+tcp` (RFC 8323) with TLS by pre-shared key. */
export class TlsEndpoint {
  readonly counters = { malformed: 0, refused: 0, handshakeFailures: 0 };
  readonly #options: TlsEndpointOptions;
  readonly #clients = new Set<TlsClient>();
  /** Those in the middle of their handshake, too. */
  readonly #sockets = new Set<Socket>();
  readonly #identities = new WeakMap<TLSSocket, string>();
  #server: Server | undefined;
  #clientCount = 0;
  #pending = 0;
  #heldBytes = 0;

  constructor(options: TlsEndpointOptions) {
    this.#options = options;
  }

  /** -1 while closed. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address ? address.port : -1;
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Requests in work. */
  get pending(): number {
    return this.#pending;
  }

  /** @throws PortInUseError */
  async open(): Promise<void> {
    const { handshakeMs, maximumConnections, host, port } = this.#options;
    const server = createServer({
      ...PSK_TLS,
      handshakeTimeout: handshakeMs,
      pskCallback: (socket, identity) => this.#keyFor(socket as TLSSocket, identity),
    });
    // Those in the middle of their handshake are as many again at most.
    server.maxConnections = 2 * maximumConnections;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("secureConnection", (socket) => this.#welcome(socket));
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      this.counters.handshakeFailures++;
      this.#options.log.debug({ code: error.code, address: socket.remoteAddress }, "TLS handshake");
      socket.destroy();
    });
    server.on("drop", () => {
      this.counters.refused++;
    });
    await listen(server, host, port);
    server.on("error", (error) => this.#options.log.warn({ error: error.message }, "TLS socket"));
    this.#server = server;
  }

  /** Ends every connection at once. Idempotent. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const client of [...this.#clients]) client.close();
    const cancel = this.#options.clock.schedule(GOODBYE_MS, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await closed;
    cancel();
  }

  /** An unknown identity gets a key that nobody has: it fails as one that is known would, by its key. */
  #keyFor(socket: TLSSocket, identity: string): Buffer {
    const isShort = Buffer.byteLength(identity) <= MAXIMUM_IDENTITY_BYTES;
    const key = isShort ? this.#options.access.pskOf(identity) : undefined;
    if (!key) return randomBytes(FALSE_KEY_BYTES);
    this.#identities.set(socket, identity);
    return key;
  }

  #welcome(socket: TLSSocket): void {
    const identity = this.#identities.get(socket);
    if (identity === undefined || !this.#server) {
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    const client = new TlsClient(this.#clientOptions(socket, identity));
    client.open();
    if (this.#clients.size >= this.#options.maximumConnections) {
      this.counters.refused++;
      client.refuse("too many connections");
      return;
    }
    this.#clients.add(client);
    this.#endWithCredentials(client, socket);
  }

  /** A key that is taken back takes its connections with it, and what they observe. */
  #endWithCredentials(client: TlsClient, socket: TLSSocket): void {
    const { access } = this.#options;
    const { identity, address } = client.peer;
    const refuse = (): void => client.refuse("not authorized");
    const watch = (principal: Principal): void => {
      const stop = access.watch(principal, refuse);
      if (socket.destroyed) stop();
      else socket.once("close", stop);
    };
    try {
      const principal = access.authenticate({ kind: "psk", identity }, address);
      if (principal instanceof Promise) principal.then(watch, refuse);
      else watch(principal);
    } catch (error) {
      refuse();
      if (!(error instanceof FogwotError)) throw error;
    }
  }

  #clientOptions(socket: TLSSocket, identity: string): TlsClientOptions {
    const { maximumExchanges, maximumMessageBytes, onRequest, isObserving, onGone } = this.#options;
    return {
      ...this.#options,
      socket,
      identity,
      key: `tls ${++this.#clientCount}`,
      maximumUnsentBytes: maximumMessageBytes,
      maximumExchanges: Math.min(maximumExchanges, MAXIMUM_EXCHANGES_OF_ONE),
      hold: (changeBytes) => {
        this.#heldBytes += changeBytes;
        return changeBytes < 0 || this.#heldBytes <= MAXIMUM_HELD_BYTES;
      },
      beginRequest: () => {
        if (this.#pending >= maximumExchanges) return false;
        this.#pending++;
        return true;
      },
      endRequest: () => this.#pending--,
      onRequest,
      isObserving,
      onRefused: () => this.counters.refused++,
      onMalformed: () => this.counters.malformed++,
      onEnd: (client) => {
        this.#clients.delete(client);
        onGone(client.peer);
      },
    };
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => {
      const isTaken = cause.code === "EADDRINUSE";
      reject(isTaken ? new PortInUseError("secure CoAP server", host, port, { cause }) : cause);
    };
    server.once("error", onError);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", onError);
      resolve();
    });
  });
}
