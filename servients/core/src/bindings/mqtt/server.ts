import { randomBytes } from "node:crypto";
import type { ExposedThing, ProtocolServer, Servient } from "@node-wot/core";
import type { IPublishPacket } from "mqtt";
import { silentLogger } from "../../log";
import { systemClock } from "../../time";
import { keepContentsInMemory } from "../in-memory-contents";
import { titlePath } from "../thing-path";
import { Availability } from "./availability";
import { type BrokerAddress, parseBrokerUrl } from "./broker-url";
import { BrokerConnection } from "./connection";
import { EVENTS_PER_SECOND, MAX_QUEUED, REQUEST_QOS } from "./constants";
import { EventPacer } from "./event-pacer";
import { Exposure } from "./exposure";
import { securityOver } from "./exposure-security";
import type { Publication } from "./outbox";
import { Responder } from "./responder";
import { RetainedCleaner } from "./retained-cleaner";
import type { MqttServerOptions } from "./server-options";
import { parseRequestTopic, thingTopic } from "./topics";
import { within } from "./within";

/** Longest wait of `start` for the first attempt to connect, ms. */
const START_MS = 2000;

/**
 * Exposes Things over MQTT 5 and 3.1.1.
 *
 * Below `<topicPrefix>/<thingPath>`: `properties/<p>` (retained value), `events/<e>`,
 * `actions/<a>`, and requests with an answer as the forms describe. Works without a broker, too:
 * it keeps trying, and publishes everything when there is one.
 */
export class MqttBindingServer implements ProtocolServer {
  readonly scheme: "mqtt" | "mqtts";
  readonly #options: MqttServerOptions;
  readonly #address: BrokerAddress;
  readonly #clientId: string;
  readonly #things = new Map<string, Exposure>();
  readonly #bases = new Map<string, Exposure>();
  readonly #responder: Responder;
  readonly #availability: Availability;
  readonly #cleaner: RetainedCleaner;
  readonly #pacer: EventPacer;
  #connection: BrokerConnection | undefined;
  #cancelRefresh: () => void = () => undefined;

  constructor(options: MqttServerOptions) {
    keepContentsInMemory();
    this.#options = options;
    this.#address = parseBrokerUrl(options.brokerUrl);
    this.scheme = this.#address.scheme;
    const name = options.name ?? options.clientId ?? `servient-${randomBytes(6).toString("hex")}`;
    this.#clientId = options.clientId ?? `${options.topicPrefix}/${name}`.replaceAll("/", "-");
    this.#availability = new Availability({
      topicPrefix: options.topicPrefix,
      name,
      clock: this.#clock,
      publish: (publication) => this.#publish(publication),
      statusTopics: () => this.#statusTopics(),
      reassert: () => this.#reassertStatus(),
    });
    this.#cleaner = new RetainedCleaner(this.#clock, (publication) => this.#publish(publication));
    const { eventsPerSecond } = options;
    this.#pacer = new EventPacer({
      ...{ clock: this.#clock, maxQueued: MAX_QUEUED },
      perSecond: eventsPerSecond ?? EVENTS_PER_SECOND,
      isNeeded: () => eventsPerSecond !== undefined || this.#connection?.outbox.isNarrow === true,
      publish: (publication) => this.#publish(publication),
    });
    this.#responder = new Responder({
      topicPrefix: options.topicPrefix,
      maxPayloadBytes: options.maxPayloadBytes ?? 1024 * 1024,
      maxInFlight: options.maxInFlight ?? 2048,
      log: this.#log,
      publish: (publication) => this.#publish(publication),
    });
  }

  get isConnected(): boolean {
    return this.#connection?.isReady ?? false;
  }

  /** 5, or 4 for MQTT 3.1.1. */
  get protocolVersion(): 4 | 5 {
    return this.#connection?.protocolVersion ?? this.#options.protocolVersion ?? 5;
  }

  /** Retained `"online"` or `"offline"` of the whole Servient; the broker says the latter when it dies. */
  get availabilityTopic(): string {
    return this.#availability.topic;
  }

  /** Things exposed now. */
  get exposed(): number {
    return this.#things.size;
  }

  get counters() {
    const { outbox, counters } = this.#connection ?? {};
    const { published, failed, dropped } = outbox?.counters ?? {
      published: 0,
      failed: 0,
      dropped: 0,
    };
    return {
      ...this.#responder.counters,
      ...{ published, failed, dropped: dropped + this.#pacer.dropped },
      ...(counters ?? { connects: 0, disconnects: 0, received: 0 }),
    };
  }

  /** The broker's port: a Servient over MQTT has none of its own. */
  getPort(): number {
    return this.#address.port;
  }

  /** Begins to connect and resolves at the first outcome; a broker that is down is no failure. */
  async start(_servient?: Servient): Promise<void> {
    if (this.#connection) return;
    const { username, password, protocolVersion, keepaliveS, tls, clock } = this.#options;
    const connection = new BrokerConnection({
      address: this.#address,
      clientId: this.#clientId,
      username,
      password,
      ...(protocolVersion === undefined ? {} : { protocolVersion }),
      ...(keepaliveS === undefined ? {} : { keepaliveS }),
      ...(tls ? { tls } : {}),
      ...(clock ? { clock } : {}),
      will: this.#availability.will,
      log: this.#log,
      onMessage: (topic, payload, packet) => this.#onMessage(topic, payload, packet),
      onReady: () => this.#onReady(),
    });
    this.#connection = connection;
    const refused = (error: unknown) => this.#log.warn({ err: error }, "own availability not seen");
    connection.subscriptions.subscribe([this.availabilityTopic], { qos: 1 }).catch(refused);
    for (const exposure of this.#things.values()) void this.#subscribe(connection, exposure);
    connection.start();
    this.#scheduleRefresh();
    await connection.firstOutcome(this.#options.startTimeoutMs ?? START_MS);
  }

  /** A Thing whose security scheme MQTT cannot carry gets no forms here, and is at no topic. */
  async expose(thing: ExposedThing): Promise<void> {
    if (this.#things.has(thing.id)) await this.destroy(thing.id);
    const security = securityOver(thing, this.#options);
    if (!security) return;
    const exposure = new Exposure({
      thing,
      base: this.#freeBase(thing),
      href: this.#options.baseUrl ?? this.#address.href,
      qos: this.#options.qos ?? 1,
      requestQos: this.#options.requestQos ?? 0,
      ...(this.#options.actions ? { actions: this.#options.actions } : {}),
      ...security,
      publish: (publication) => this.#publish(publication),
      publishEvent: (event) => this.#pacer.publish(event),
      clock: this.#clock,
      log: this.#log,
    });
    this.#things.set(thing.id, exposure);
    this.#bases.set(exposure.base, exposure);
    await exposure.start();
    this.#cleaner.keep(exposure.retainedTopics);
    const connection = this.#connection;
    if (!connection) return;
    const subscribed = this.#subscribe(connection, exposure);
    if (!connection.isReady) return;
    this.#availability.thingsChanged();
    await Promise.all([within(this.#clock, START_MS, subscribed), exposure.refresh(true)]);
    // Last: by now the other bindings have appended their forms.
    exposure.describe();
    await this.#said();
  }

  async destroy(thingId: string): Promise<boolean> {
    const exposure = this.#things.get(thingId);
    if (!exposure) return false;
    this.#things.delete(thingId);
    this.#bases.delete(exposure.base);
    exposure.stop();
    this.#cleaner.add(exposure.retainedTopics);
    const connection = this.#connection;
    if (!connection) return true;
    this.#availability.thingsChanged();
    const unsubscribed = connection.subscriptions.unsubscribe(exposure.filters);
    await Promise.all([unsubscribed, this.#clearRetained()]);
    return true;
  }

  /** Says "offline" where a Thing has a status, and closes. Idempotent. */
  async stop(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    this.#cancelRefresh();
    this.#availability.stop();
    this.#pacer.flush();
    if (connection.isReady) {
      this.#responder.abandon();
      this.#availability.farewell();
    }
    this.#connection = undefined;
    await connection.stop();
    for (const exposure of this.#things.values()) exposure.stop();
  }

  get #log() {
    return this.#options.log ?? silentLogger;
  }

  get #clock() {
    return this.#options.clock ?? systemClock;
  }

  #onReady(): void {
    this.#availability.announce();
    this.#announceAll().catch((error: unknown) =>
      this.#log.error({ err: error }, "Things could not be announced"),
    );
  }

  /** What was said is on its way to the broker: it is told no faster than it takes. */
  async #said(): Promise<void> {
    const { outbox } = this.#connection ?? {};
    if (outbox) await within(this.#clock, START_MS, outbox.room());
  }

  async #announceAll(): Promise<void> {
    await this.#clearRetained();
    // One after the other: a thousand Things' handlers are not called in one instant.
    for (const exposure of [...this.#things.values()]) {
      exposure.describe();
      await exposure.refresh(true);
      await this.#said();
    }
  }

  #onMessage(topic: string, payload: Buffer, packet: IPublishPacket): void {
    if (topic === this.availabilityTopic) {
      this.#availability.onMessage(payload);
      return;
    }
    const request = parseRequestTopic(topic, (base) => this.#bases.has(base));
    const target = request && this.#bases.get(request.base);
    if (!request || !target) this.#responder.countMalformed();
    else this.#responder.handle(request, target, payload, packet);
  }

  #subscribe(connection: BrokerConnection, { filters, thing }: Exposure): Promise<void> {
    return connection.subscriptions
      .subscribe(filters, { qos: REQUEST_QOS, skipRetained: true })
      .catch((error: unknown) =>
        this.#log.error(
          { err: error, thing: thing.id },
          "the broker takes no requests for a Thing",
        ),
      );
  }

  #publish(publication: Publication): void {
    this.#connection?.outbox.publish(publication);
  }

  #statusTopics(): string[] {
    return [...this.#things.values()].flatMap(({ statusTopic }) => statusTopic ?? []);
  }

  #reassertStatus(): void {
    for (const exposure of this.#things.values()) void exposure.refreshProperty("status", true);
  }

  async #clearRetained(): Promise<void> {
    if (this.isConnected) await this.#cleaner.clear();
  }

  #scheduleRefresh(): void {
    const refreshMs = this.#options.refreshMs ?? 30_000;
    if (refreshMs <= 0) return;
    this.#cancelRefresh = this.#clock.schedule(refreshMs, () => {
      this.#refresh().catch((error: unknown) => this.#log.error({ err: error }, "refresh failed"));
    });
  }

  async #refresh(): Promise<void> {
    const connection = this.#connection;
    if (connection?.isReady) {
      for (const exposure of [...this.#things.values()]) await exposure.refresh();
    }
    if (connection && this.#connection === connection) this.#scheduleRefresh();
  }

  /** Two Things of one title get two topics. */
  #freeBase(thing: ExposedThing): string {
    const path = (this.#options.thingPath ?? titlePath)(thing);
    const base = thingTopic(this.#options.topicPrefix, path);
    let free = base;
    for (let n = 2; this.#bases.has(free); n++) free = `${base}-${n}`;
    return free;
  }
}
