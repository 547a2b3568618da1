import { type FogwotError, type Logger, silentLogger, UnauthorizedError } from "@fogwot/core";
import type { Aedes, AuthenticateError, Client } from "aedes";
import type { BrokerOptions } from "./broker";
import type { BrokerAccess } from "./broker-access";
import type { RetainedStore } from "./retained-store";

/** CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_LOGIN = 4;
const NOT_AUTHORIZED = 5;

/** What a broker counts as it goes. */
export interface Tally {
  connections: number;
  refused: number;
  faults: number;
  published: number;
}

export type BrokerLimits = Pick<
  BrokerOptions,
  "maxClients" | "maxRetained" | "maxBacklogBytes" | "log"
>;

/** Holds the broker's clients to its limits, and to its access rules where it has some. */
export function applyLimits(
  broker: Aedes,
  options: BrokerLimits,
  retained: RetainedStore,
  tally: Tally,
  access: BrokerAccess | undefined,
): void {
  const { maxClients = 1000, maxRetained = 100_000, maxBacklogBytes = 16 * 1024 * 1024 } = options;
  const log = options.log ?? silentLogger;
  broker.authenticate = (client, username, password, done) => {
    const refuse = (reason: Error, returnCode: number) => {
      tally.refused++;
      done(Object.assign(reason, { returnCode }) as AuthenticateError, null);
    };
    if (broker.connectedClients >= maxClients) {
      refuse(new RangeError(`more than ${maxClients} clients`), SERVER_UNAVAILABLE);
    } else if (!access) done(null, true);
    else {
      access.authenticate(client, username ?? "", password?.toString("utf8") ?? "").then(
        () => done(null, true),
        (error: FogwotError) => {
          log.debug({ client: client.id, user: username, err: error }, "login refused");
          // A reason of its own: aedes writes into it.
          refuse(new RangeError(error.message), returnCodeOf(error, username));
        },
      );
    }
  };
  const countFault = faultCounter(tally, log);
  const authorizePublish = broker.authorizePublish;
  broker.authorizePublish = (client, packet, done) => {
    tally.published++;
    const isNew = packet.retain && packet.payload.length > 0 && !retained.has(packet.topic);
    if (isNew && retained.size >= maxRetained) {
      done(new RangeError(`more than ${maxRetained} retained messages`));
      return;
    }
    try {
      // One that is refused is dropped on its way, and its sender told.
      if (access && !access.permitsPublish(client, packet)) return done(null);
    } catch (error) {
      return done(error as Error);
    }
    authorizePublish(client, packet, done);
  };
  if (access) {
    broker.authorizeSubscribe = (client, subscription, done) =>
      done(null, access.permitsSubscription(client, subscription) ? subscription : null);
  }
  broker.authorizeForward = (client, packet) => {
    if (access && !access.permitsForward(client, packet)) return null;
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
    // What was refused at the login has been counted.
    else if (!("returnCode" in error)) tally.refused++;
  };
  broker.on("clientError", onFault);
  broker.on("connectionError", onFault);
}

function faultCounter(tally: Tally, log: Logger) {
  // aedes reports each message that can no longer be written to a client that was ended.
  const faulty = new WeakSet<Client>();
  return (client: Client, error: Error): void => {
    if (faulty.has(client)) return;
    faulty.add(client);
    tally.faults++;
    log.debug({ client: client.id, err: error }, "client disconnected for a fault");
  };
}

function returnCodeOf({ status }: FogwotError, username: string | undefined): number {
  if (status === new UnauthorizedError("").status) {
    return username === undefined ? NOT_AUTHORIZED : BAD_LOGIN;
  }
  // Too many attempts, too many at once: later perhaps.
  return status === 403 ? IDENTIFIER_REJECTED : SERVER_UNAVAILABLE;
}
