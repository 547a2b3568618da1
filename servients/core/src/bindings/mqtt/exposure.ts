import type { ExposedThing } from "@node-wot/core";
import { toFogwotError } from "../../errors";
import type { Logger } from "../../log";
import type { Clock } from "../../time";
import { type ActionSettings, actionsOf, isAsynchronous } from "../actions";
import { descriptionText } from "../description-text";
import type { NotifyingKind } from "../emissions";
import { readProperty } from "../interaction";
import { JSON_TYPE, type Payload } from "../payload";
import { onPropertyWritten } from "../property-writes";
import { addForms } from "../thing-forms";
import { readableProperties } from "./affordances";
import { TD_TYPE } from "./constants";
import type { RequestTarget } from "./operations";
import type { Publication, Qos } from "./outbox";
import { RetainedProperty, type RetainedPropertyHost } from "./retained-property";
import { appendForms, FormIndexes } from "./thing-forms";
import { ThingListener } from "./thing-listener";
import { affordanceTopic, type RequestOperation, requestFilters } from "./topics";

export interface ExposureOptions {
  readonly thing: ExposedThing;
  /** Topic of the Thing. */
  readonly base: string;
  /** Broker URL as advertised. */
  readonly href: string;
  readonly qos: Qos;
  readonly requestQos: Qos;
  readonly actions?: Partial<ActionSettings>;
  /** Names of the security definitions that hold here. */
  readonly security?: readonly string[];
  /** Of a Thing that not everybody may ask: topic below which each user gets answers alone. */
  readonly replies?: string;
  readonly publish: (publication: Publication) => void;
  /** The same for events, of which there may be many at once. */
  readonly publishEvent: (publication: Publication) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long an observable property's Thing has to tell of a written value itself, ms. */
const NOTIFY_MS = 50;

/** One exposed Thing on the broker: its forms, its retained values, its events. */
export class Exposure implements RequestTarget, RetainedPropertyHost {
  readonly thing: ExposedThing;
  readonly base: string;
  /** What to subscribe to for its requests. */
  readonly filters: readonly string[];
  readonly #options: ExposureOptions;
  #indexes = new FormIndexes();
  #namesVariable = "";
  readonly #properties = new Map<string, RetainedProperty>();
  readonly #unsubscribers: (() => void)[] = [];
  readonly #listener: ThingListener;
  #checks: Map<string, () => void> | undefined;
  #isStopped = false;

  constructor(options: ExposureOptions) {
    this.#options = options;
    this.thing = options.thing;
    this.base = options.base;
    this.#listener = new ThingListener({
      thing: this.thing,
      formIndexOf: (kind, name) =>
        this.#indexes.of(kind === "events" ? "subscribeevent" : "readproperty", name, JSON_TYPE),
      take: (kind, name, payload) => this.#take(kind, name, payload),
      onError: (thrown) =>
        options.log.warn({ err: toFogwotError(thrown), thing: this.thing.id }, "notification"),
    });
    this.filters = requestFilters(options.base, {
      actions: Object.keys(options.thing.actions).length > 0,
      properties: Object.keys(options.thing.properties).length > 0,
      asyncActions: this.#hasAsyncActions,
    });
  }

  get href(): string {
    return this.#options.href;
  }

  get replies(): string | undefined {
    return this.#options.replies;
  }

  get namesVariable(): string {
    return this.#namesVariable;
  }

  /** Every topic that holds a retained message of the Thing. */
  get retainedTopics(): string[] {
    const topics = readableProperties(this.thing).map((name) =>
      affordanceTopic(this.base, "properties", name),
    );
    return [this.base, ...topics];
  }

  /** Topic of the retained `status`, of a Thing that can say "offline" there. */
  get statusTopic(): string | undefined {
    const { status } = this.thing.properties;
    const canBeOffline = status?.enum === undefined || status.enum.includes("offline");
    if (status?.type !== "string" || status.writeOnly || !canBeOffline) return undefined;
    return affordanceTopic(this.base, "properties", "status");
  }

  /** Appends the forms and listens to the Thing. The forms are there before it first waits. */
  async start(): Promise<void> {
    const { href, qos, requestQos, security, replies } = this.#options;
    const key = JSON.stringify(["mqtt", href, qos, requestQos, security, replies]);
    const appended = addForms(this.thing, key, this.base, (base) =>
      appendForms(this.thing, { ...this.#options, base }),
    );
    this.#indexes = appended.indexes;
    this.#namesVariable = appended.namesVariable;
    if (this.#hasAsyncActions) {
      this.#unsubscribers.push(actionsOf(this.thing, this.#options.actions).retain());
    }
    this.#unsubscribers.push(onPropertyWritten(this.thing, (name) => this.#onWritten(name)));
    for (const name of readableProperties(this.thing)) {
      this.#properties.set(name, new RetainedProperty(this, name));
    }
    await this.#listener.start();
  }

  /** Publishes the Thing Description, retained. */
  describe(): void {
    // As text: buffers of its size lie outside the heap, where they are given back late.
    this.retain(this.base, { type: TD_TYPE, body: descriptionText(this.thing) });
  }

  /**
   * Publishes what has changed without the Thing saying so.
   * @param force every value: the broker may have none of them
   */
  async refresh(force = false): Promise<void> {
    await Promise.all(
      [...this.#properties.keys()].map((name) => this.refreshProperty(name, force)),
    );
  }

  async refreshProperty(name: string, force = false): Promise<void> {
    try {
      await this.#properties.get(name)?.check(force);
    } catch (error) {
      // A property that cannot be read now has no value to retain; a reader who asks is told why.
      this.#options.log.debug({ err: error, thing: this.thing.id, property: name }, "not readable");
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const unsubscribe of this.#unsubscribers.splice(0)) unsubscribe();
    this.#listener.stop();
    for (const cancel of this.#checks?.values() ?? []) cancel();
    this.#checks = undefined;
  }

  formIndex(operation: RequestOperation, name: string, type: string = JSON_TYPE): number {
    return this.#indexes.of(operation, name, type);
  }

  get #hasAsyncActions(): boolean {
    const { thing } = this.#options;
    return Object.keys(thing.actions).some((name) => isAsynchronous(thing, name));
  }

  readValue({ name }: RetainedProperty): Promise<Payload> {
    return readProperty(this.thing, name, { formIndex: this.formIndex("readproperty", name) });
  }

  retainValue({ name }: RetainedProperty, payload: Payload): void {
    this.retain(affordanceTopic(this.base, "properties", name), payload);
  }

  /** A Thing that tells of its changes is heard first: its observers get each change once. */
  #onWritten(name: string): void {
    const delayMs = this.thing.properties[name]?.observable ? NOTIFY_MS : 0;
    this.#checks ??= new Map();
    this.#checks.get(name)?.();
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#checks?.delete(name);
      void this.refreshProperty(name);
    });
    this.#checks.set(name, cancel);
  }

  #take(kind: NotifyingKind, name: string, payload: Payload): void {
    if (this.#isStopped) return;
    if (kind === "properties") {
      this.#properties.get(name)?.take(payload);
      return;
    }
    const { qos } = this.#options;
    const topic = affordanceTopic(this.base, "events", name);
    const properties = { contentType: payload.type };
    this.#options.publishEvent({ topic, payload: payload.body, qos, properties });
  }

  retain(topic: string, { type, body }: { type: string; body: Buffer | string }): void {
    if (this.#isStopped) return;
    // Perishable: after a reconnection the value of then is published, not the one of now.
    this.#options.publish({
      topic,
      payload: body,
      qos: 1,
      retain: true,
      perishable: true,
      properties: { contentType: type },
    });
  }
}
