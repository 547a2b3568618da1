import { randomBytes } from "node:crypto";
import { BrokerConnection, type Logger, parseBrokerUrl, silentLogger } from "@fogwot/core";

export interface AvailabilityKeeperOptions {
  readonly brokerUrl: string;
  /** Topic levels before every Servient's name, `fogwot/<site>`. */
  readonly topicPrefix: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates to trust, PEM, instead of those that Node comes with. */
  readonly ca?: string;
  readonly log?: Logger;
}

export interface AvailabilityKeeper {
  /** Servients that are gone now. */
  readonly offline: readonly string[];
  /** `status` messages published for Things whose Servient is gone. */
  readonly published: number;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Longest wait for the broker at the start; after it the keeper goes on trying by itself, ms. */
const START_MS = 5000;

/**
 * Says `"offline"` in the retained `status` of every Thing whose Servient died.
 *
 * MQTT allows one last will per connection, so a Servient of ours can have its broker say only
 * that the Servient is gone; it leaves beside it which status topics go with it. This, on the
 * processing server, outlives it. A Servient that comes back publishes its Things' status anew.
 * Works at any broker.
 */
export async function startAvailabilityKeeper(
  options: AvailabilityKeeperOptions,
): Promise<AvailabilityKeeper> {
  const log = options.log ?? silentLogger;
  const prefix = `${options.topicPrefix}/`;
  const topicsOf = new Map<string, readonly string[]>();
  const offline = new Set<string>();
  let published = 0;

  const sayOffline = (servient: string): void => {
    for (const topic of topicsOf.get(servient) ?? []) {
      published++;
      const payload = '"offline"';
      connection.outbox.publish({ topic, payload, qos: 1, retain: true, perishable: true });
    }
  };
  const onMessage = (topic: string, payload: Buffer): void => {
    const rest = topic.startsWith(prefix) ? topic.slice(prefix.length).split("/") : [];
    const servient = rest[0];
    if (servient === undefined || rest[1] !== "availability") return;
    if (rest.length === 2) {
      const isGone = payload.toString() === '"offline"';
      if (!isGone) offline.delete(servient);
      else if (!offline.has(servient)) {
        offline.add(servient);
        log.info({ servient }, "a Servient is gone: its Things are said to be offline");
        sayOffline(servient);
      }
    } else if (rest[2] === "topics") {
      topicsOf.set(servient, statusTopics(payload, prefix));
      // The list of one that went before we came.
      if (offline.has(servient)) sayOffline(servient);
    }
  };
  const connection = new BrokerConnection({
    address: parseBrokerUrl(options.brokerUrl),
    clientId: `fogwot-keeper-${randomBytes(6).toString("hex")}`,
    username: options.username,
    password: options.password,
    ...(options.ca === undefined ? {} : { tls: { ca: options.ca } }),
    log,
    onMessage,
    // What happened meanwhile is retained: it is all told again.
    onLost: () => offline.clear(),
  });
  const filters = [`${prefix}+/availability`, `${prefix}+/availability/topics`];
  const subscribed = connection.subscriptions.subscribe(filters, { qos: 1 });
  subscribed.catch((error: unknown) => log.warn({ err: error }, "availability cannot be kept"));
  connection.start();
  await connection.firstOutcome(START_MS);
  return {
    get offline() {
      return [...offline].sort();
    },
    get published() {
      return published;
    },
    stop: () => connection.stop(),
  };
}

/** Only status topics of the site: a stranger's list must not make us write anywhere else. */
function statusTopics(payload: Buffer, prefix: string): readonly string[] {
  let listed: unknown;
  try {
    listed = JSON.parse(payload.toString("utf8"));
  } catch {
    // Not a list of ours.
    return [];
  }
  if (!Array.isArray(listed)) return [];
  return listed.filter(
    (topic): topic is string =>
      typeof topic === "string" &&
      topic.startsWith(prefix) &&
      topic.endsWith("/properties/status") &&
      !/[+#]/.test(topic),
  );
}
