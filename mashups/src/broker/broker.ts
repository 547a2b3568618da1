import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Logger, PortInUseError, refuseInsecureBind, silentLogger } from "@fogwot/core";
import { Aedes, type AuthenticateError, type Client } from "aedes";
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
  /** Messages clients published. */
  readonly published: number;
  /** Retained messages held now. */
  readonly retained: number;
}

export interface RunningBroker {
  readonly host: string;
  readonly port: number;
  /** `mqtt://host:port` */
  readonly url: string;
  readonly counters: BrokerCounters;
  /** Ends every connection and frees the port. Idempotent. */
  stop(): Promise<void>;
}

/** CONNACK return code: the service is unavailable (MQTT 3.1.1, 3.2.2.3). */
const SERVER_UNAVAILABLE = 3;
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
  refuseInsecureBind("MQTT broker", host, options.insecure ?? false);
  const retained = new RetainedStore();
  const tally = { connections: 0, refused: 0, faults: 0, published: 0 };
  // Concurrency 0: with a limit, one client that reads slowly holds up all the others.
  const broker = await Aedes.createBroker({ concurrency: 0, connectTimeout: CONNECT_TIMEOUT_MS });
  useRetainedStore(broker, retained);
  keepPublishOrder(broker);
  applyLimits(broker, options, retained, tally);

  const sockets = new Set<Socket>();
  // Without noDelay each QoS 1 exchange waits 40 ms for a delayed acknowledgement.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (sockets.size > (options.maxClients ?? 1000) + HALF_OPEN) {
      tally.refused++;
      socket.destroy();
      return;
    }
    limitPacketSize(broker.handle(socket), options.maxPacketBytes ?? 4 * 1024 * 1024);
  });
  server.maxConnections = (options.maxClients ?? 1000) + 2 * HALF_OPEN;
  try {
    await listen(server, host, options.port);
  } catch (error) {
    await closeBroker(broker);
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  return {
    host,
    port,
    url: `mqtt://${host.includes(":") ? `[${host}]` : host}:${port}`,
    get counters() {
      return { ...tally, clients: broker.connectedClients, retained: retained.size };
    },
    stop() {
      stopped ??= stop(server, broker, sockets);
      return stopped;
    },
  };
}

function applyLimits(
  broker: Aedes,
  options: BrokerOptions,
  retained: RetainedStore,
  tally: { connections: number; refused: number; faults: number; published: number },
): void {
  const { maxClients = 1000, maxRetained = 100_000, maxBacklogBytes = 16 * 1024 * 1024 } = options;
  const log = options.log ?? silentLogger;
  broker.authenticate = (_client, _username, _password, done) => {
    if (broker.connectedClients < maxClients) return done(null, true);
    tally.refused++;
    const refusal = new RangeError(`more than ${maxClients} clients`) as Error as AuthenticateError;
    refusal.returnCode = SERVER_UNAVAILABLE as AuthenticateError["returnCode"];
    return done(refusal, null);
  };
  // aedes reports each message that can no longer be written to a client that was ended.
  const faulty = new WeakSet<Client>();
  const countFault = (client: Client, error: Error) => {
    if (faulty.has(client)) return;
    faulty.add(client);
    tally.faults++;
    log.debug({ client: client.id, err: error }, "client disconnected for a fault");
  };
  const authorizePublish = broker.authorizePublish;
  broker.authorizePublish = (client, packet, done) => {
    tally.published++;
    const isNew = packet.retain && packet.payload.length > 0 && !retained.has(packet.topic);
    if (isNew && retained.size >= maxRetained) {
      done(new RangeError(`more than ${maxRetained} retained messages`));
    } else authorizePublish(client, packet, done);
  };
  broker.authorizeForward = (client, packet) => {
    if (client.conn.writableLength <= maxBacklogBytes) return packet;
    countFault(client, new RangeError(`more than ${maxBacklogBytes} bytes unread`));
    client.conn.destroy();
    return null;
  };
  broker.on("clientReady", (client) => {
    tally.connections++;
    log.debug({ client: client.id }, "client connected");
  });
  broker.on("clientDisconnect", (client) =>
    log.debug({ client: client.id }, "client disconnected"),
  );
  const onFault = (client: Client, error: Error) => {
    // A connection that broke is no fault of the client.
    if ("code" in error) return;
    if (!("errorCode" in error)) countFault(client, error);
    else if (error.errorCode !== SERVER_UNAVAILABLE) tally.refused++;
  };
  broker.on("clientError", onFault);
  broker.on("connectionError", onFault);
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
