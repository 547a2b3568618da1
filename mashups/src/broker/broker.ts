import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import {
  type Logger,
  PortInUseError,
  refuseInsecureBind,
  renewCertificate,
  secureContextOptions,
  silentLogger,
  type TlsOptions,
} from "@fogwot/core";
import { Aedes } from "aedes";
import { BrokerAccess, type BrokerAccessOptions } from "./broker-access";
import { applyLimits } from "./limits";
import { limitPacketSize } from "./packet-limit";
import { keepPublishOrder } from "./publish-order";
import { RetainedStore, useRetainedStore } from "./retained-store";

export interface BrokerOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Allows an address that other machines reach, although no credentials are asked for. */
  readonly insecure?: boolean;
  /** Serves MQTT over TLS 1.2 or newer (`mqtts:`), and nothing else. */
  readonly tls?: TlsOptions;
  /** Whom to let in, and who may do what. @default everybody everything */
  readonly security?: Omit<BrokerAccessOptions, "log">;
  /** Clients connected at the same time; more are refused with "server unavailable". Default 1000. */
  readonly maxClients?: number;
  /** Largest packet, bytes; who announces a larger one is disconnected. Default 4 MiB. */
  readonly maxPacketBytes?: number;
  /** Retained messages kept; who adds more is disconnected. Default 100,000. */
  readonly maxRetained?: number;
  /** Bytes a client may leave unread before it is disconnected. Default 16 MiB. */
  readonly maxBacklogBytes?: number;
  readonly log?: Logger;
}

export interface BrokerCounters {
  /** Connected now. */
  readonly clients: number;
  /** Connections accepted since the start. */
  readonly connections: number;
  /** Connections turned away: too many clients, or an MQTT version not spoken here. */
  readonly refused: number;
  /** Clients ended for breaking the protocol or a limit. */
  readonly faults: number;
  /** Messages and subscriptions that the access rules refused. */
  readonly denied: number;
  /** Messages clients published. */
  readonly published: number;
  /** Retained messages held now. */
  readonly retained: number;
}

export interface RunningBroker {
  readonly host: string;
  readonly port: number;
  /** `mqtt://host:port`, or `mqtts:` */
  readonly url: string;
  readonly counters: BrokerCounters;
  /** Ends every connection and frees the port. Idempotent. */
  stop(): Promise<void>;
}

/** Sockets that have not said CONNECT yet, beyond `maxClients`. */
const HALF_OPEN = 64;
const CONNECT_TIMEOUT_MS = 10_000;
/** Longest wait for the clients' last messages, wills among them, when the broker stops. */
const CLOSE_MS = 1000;

/**
 * Starts the embedded broker. Messages live in memory: after a restart Servients publish their
 * retained values anew.
 *
 * @throws PortInUseError, InsecureBindError
 */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const host = options.host ?? "127.0.0.1";
  refuseInsecureBind("MQTT broker", host, options.insecure ?? options.security !== undefined);
  const context = options.tls && secureContextOptions(options.tls);
  const retained = new RetainedStore();
  const tally = { connections: 0, refused: 0, faults: 0, published: 0 };
  // Concurrency 0: with a limit, one client that reads slowly holds up all the others.
  const broker = await Aedes.createBroker({ concurrency: 0, connectTimeout: CONNECT_TIMEOUT_MS });
  useRetainedStore(broker, retained);
  keepPublishOrder(broker);
  const { security, log = silentLogger } = options;
  const access = security && new BrokerAccess(broker, { ...security, log });
  applyLimits(broker, options, retained, tally, access);

  const sockets = new Set<Socket>();
  const onClient = (socket: Socket): void => {
    if (socket.destroyed) return;
    limitPacketSize(broker.handle(socket), options.maxPacketBytes ?? 4 * 1024 * 1024);
  };
  // Without noDelay each QoS 1 exchange waits 40 ms for a delayed acknowledgement.
  const server: Server = context
    ? createTlsServer({ ...context, noDelay: true, handshakeTimeout: CONNECT_TIMEOUT_MS }, onClient)
    : createServer({ noDelay: true }, onClient);
  server.prependListener("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (sockets.size <= (options.maxClients ?? 1000) + HALF_OPEN) return;
    tally.refused++;
    socket.destroy();
  });
  server.on("tlsClientError", (error: Error) => log.debug({ err: error }, "TLS handshake failed"));
  server.maxConnections = (options.maxClients ?? 1000) + 2 * HALF_OPEN;
  try {
    await listen(server, host, options.port);
  } catch (error) {
    await closeBroker(broker);
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  const endRenewal = options.tls
    ? renewCertificate(server as TlsServer, options.tls, { log })
    : () => undefined;
  let stopped: Promise<void> | undefined;
  return {
    host,
    port,
    url: `${context ? "mqtts" : "mqtt"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    get counters() {
      const denied = access?.denied ?? 0;
      return { ...tally, denied, clients: broker.connectedClients, retained: retained.size };
    },
    stop() {
      endRenewal();
      stopped ??= stop(server, broker, sockets);
      return stopped;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new PortInUseError("MQTT broker", host, port, { cause });
  }
}

async function stop(server: Server, broker: Aedes, sockets: Set<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await closeBroker(broker);
  for (const socket of sockets) socket.destroy();
  await closed;
}

async function closeBroker(broker: Aedes): Promise<void> {
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, CLOSE_MS);
    broker.close(() => {
      clearTimeout(limit);
      resolve();
    });
  });
}
