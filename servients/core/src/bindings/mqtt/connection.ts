import { type IClientOptions, type IPublishPacket, MqttClient } from "mqtt";
import { writeToStream } from "mqtt-packet";
import { InteractionAbortedError, InteractionError, UnreachableError } from "../../errors";
import type { Logger } from "../../log";
import { type Clock, systemClock } from "../../time";
import type { BrokerAddress } from "./broker-url";
import { CLOSE_MS, CONNECT_TIMEOUT_MS, DRAIN_MS, KEEPALIVE_S, MAX_PACKET_BYTES } from "./constants";
import { Outbox } from "./outbox";
import { isLoginRefusal, Reconnection } from "./reconnection";
import { openStream, type TlsOptions } from "./stream";
import { Subscriptions } from "./subscriptions";
import { within } from "./within";

// By default it keeps a buffer for each of 65,536 numbers: 8 MB a process, to save making one.
writeToStream.cacheNumbers = false;

export interface BrokerConnectionOptions {
  readonly address: BrokerAddress;
  readonly clientId: string;
  /** Fixes the protocol version. Default: 5 where the broker speaks it, else 3.1.1. */
  readonly protocolVersion?: 4 | 5;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: TlsOptions;
  /** Seconds. Default 20. */
  readonly keepaliveS?: number;
  readonly will?: NonNullable<IClientOptions["will"]>;
  readonly maxQueued?: number;
  readonly clock?: Clock;
  readonly log: Logger;
  /** Exceptions are logged, never thrown into the protocol library. */
  readonly onMessage: (topic: string, payload: Buffer, packet: IPublishPacket) => void;
  /** Connected, and everything subscribed again. */
  readonly onReady?: () => void;
  readonly onLost?: () => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * One connection to one broker that keeps itself up: finds the protocol version the broker
 * speaks, reconnects with back-off, subscribes again, and never gives up until it is stopped.
 */
export class BrokerConnection {
  readonly counters = { connects: 0, disconnects: 0, received: 0 };
  readonly outbox: Outbox;
  readonly subscriptions: Subscriptions;
  readonly #options: BrokerConnectionOptions;
  readonly #clock: Clock;
  readonly #reconnection: Reconnection;
  readonly #waiters = new Set<Waiter>();
  readonly #firstOutcome = new Set<() => void>();
  #client: MqttClient | undefined;
  #isReady = false;
  #refusal: InteractionError | undefined;

  constructor(options: BrokerConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.outbox = new Outbox(options.address.href, options.maxQueued);
    const user = options.username ?? options.address.username;
    this.subscriptions = new Subscriptions(options.address.href, user === undefined ? 401 : 403);
    this.#reconnection = new Reconnection(options);
  }

  /** Broker URL without user information. */
  get href(): string {
    return this.#options.address.href;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** 5, or 4 for MQTT 3.1.1; what is spoken now or tried next. */
  get protocolVersion(): 4 | 5 {
    return this.#reconnection.protocolVersion;
  }

  /** Begins to connect; success or failure is seen by `whenReady`. */
  start(): void {
    if (this.#client) return;
    const { address, tls } = this.#options;
    const client = new MqttClient(() => openStream(address, tls), this.#clientOptions());
    this.#client = client;
    client.on("connect", () => this.#onConnect(client));
    client.on("close", () => this.#onClose(client));
    client.on("error", (error) => this.#onError(client, error));
    client.on("reconnect", () => this.#reconnection.onAttempt(client));
    client.on("packetreceive", (packet) => {
      if (packet.cmd !== "puback" || packet.messageId === undefined || !packet.reasonCode) return;
      this.outbox.onAcknowledged(packet.messageId, packet.reasonCode);
    });
    client.on("message", (topic, payload, packet) => this.#onMessage(topic, payload, packet));
  }

  /**
   * @param timeoutMs longest wait
   * @param signal gives the wait up
   * @throws UnreachableError naming the last reason, InteractionAbortedError; InteractionError 401
   *   at once when the broker refuses the login
   */
  async whenReady(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#isReady) return;
    if (this.#refusal) throw this.#refusal;
    await new Promise<void>((resolve, reject) => {
      const settled = () => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
        cancel();
      };
      const waiter: Waiter = {
        resolve: () => {
          settled();
          resolve();
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      const cancel = this.#clock.schedule(timeoutMs, () => {
        waiter.reject(this.#unreachable(`not connected within ${timeoutMs} ms`));
      });
      const onAbort = () =>
        waiter.reject(new InteractionAbortedError(this.href, { cause: signal?.reason }));
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Resolves at the first success or failure to connect, at the latest after `timeoutMs`. */
  async firstOutcome(timeoutMs: number): Promise<void> {
    if (this.#isReady) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.schedule(timeoutMs, resolve);
      this.#firstOutcome.add(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Sends what can still be sent, says DISCONNECT and closes. Idempotent. */
  async stop(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    this.#client = undefined;
    this.#reconnection.stop();
    if (this.#isReady) await within(this.#clock, DRAIN_MS, this.outbox.drained());
    this.#isReady = false;
    this.#reachOutcome();
    for (const waiter of this.#waiters) waiter.reject(this.#unreachable("stopped"));
    this.#waiters.clear();
    this.outbox.close();
    this.subscriptions.close();
    // Without it mqtt.js would go on connecting after the end of a connection that never stood.
    client.options.reconnectPeriod = 0;
    const closed = new Promise<void>((resolve) => {
      client.end(!client.connected, () => resolve());
    });
    await within(this.#clock, CLOSE_MS, closed);
    client.stream.destroy();
  }

  #clientOptions(): IClientOptions {
    const { clientId, address, username, password, keepaliveS, will } = this.#options;
    const user = username ?? address.username;
    const secret = password ?? address.password;
    return {
      clientId,
      protocolVersion: this.#reconnection.protocolVersion,
      clean: true,
      keepalive: keepaliveS ?? KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: this.#reconnection.nextDelayMs,
      reconnectOnConnackError: true,
      // MQTT 5 only: a 3.1.1 broker's own limit holds.
      properties: { maximumPacketSize: MAX_PACKET_BYTES },
      // Both are ours: subscriptions.ts knows when the broker has granted them, outbox.ts has a maximum.
      resubscribe: false,
      queueQoSZero: false,
      // A ping every so often costs less than a timer moved at every message.
      reschedulePings: false,
      // Its per-packet traces cost more than the packets; DEBUG=mqttjs* would bring them back.
      ...(process.env.DEBUG ? {} : { log: () => undefined }),
      ...(user === undefined ? {} : { username: user }),
      ...(secret === undefined ? {} : { password: secret }),
      ...(will ? { will } : {}),
    };
  }

  #onConnect(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#refusal = undefined;
    this.#reconnection.onConnected(client);
    this.subscriptions
      .restore(client)
      .then(() => this.#onRestored(client))
      .catch((error: unknown) => this.#options.log.error({ err: error }, "resubscription failed"));
  }

  #onRestored(client: MqttClient): void {
    if (client !== this.#client || !client.connected || this.#isReady) return;
    this.#isReady = true;
    this.counters.connects++;
    const version = this.protocolVersion === 5 ? "5" : "3.1.1";
    this.#options.log.info({ broker: this.href, mqtt: version }, "connected to the broker");
    this.outbox.attach(client);
    this.#options.onReady?.();
    this.#reachOutcome();
    for (const waiter of this.#waiters) waiter.resolve();
    this.#waiters.clear();
  }

  #onError(client: MqttClient, error: Error): void {
    this.#reconnection.onError(client, error);
    if (client !== this.#client || !isLoginRefusal(error)) return;
    this.#refusal = new InteractionError(this.href, 401, undefined, { cause: error });
    for (const waiter of [...this.#waiters]) waiter.reject(this.#refusal);
  }

  #onClose(client: MqttClient): void {
    const isExpected = this.#reconnection.onClosed(client);
    this.subscriptions.detach();
    if (this.#isReady) {
      this.#isReady = false;
      this.counters.disconnects++;
      this.outbox.detach();
      this.#options.onLost?.();
    }
    if (!isExpected) this.#reachOutcome();
  }

  #onMessage(topic: string, payload: Buffer, packet: IPublishPacket): void {
    this.counters.received++;
    // With what is acknowledged leaves what is answered.
    if (packet.qos > 0) this.outbox.gather();
    try {
      this.#options.onMessage(topic, payload, packet);
    } catch (error) {
      this.#options.log.error({ err: error, topic }, "a message could not be handled");
    }
  }

  #reachOutcome(): void {
    for (const resolve of this.#firstOutcome) resolve();
    this.#firstOutcome.clear();
  }

  #unreachable(reason: string): UnreachableError {
    const { lastError } = this.#reconnection;
    const why = lastError ? `${reason} (${lastError.message})` : reason;
    return new UnreachableError(this.href, why, lastError ? { cause: lastError } : {});
  }
}
