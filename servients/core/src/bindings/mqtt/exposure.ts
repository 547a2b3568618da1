import type { ExposedThing, Form } from "@node-wot/core";
import { toFogwotError } from "../../errors";
import type { Logger } from "../../log";
import type { Clock } from "../../time";
import { type ActionSettings, actionsOf, isAsynchronous } from "../actions";
import { descriptionText } from "../description-text";
import { AffordanceFeed } from "../feed";
import { readProperty } from "../interaction";
import { JSON_TYPE, type Payload } from "../payload";
import { onPropertyWritten } from "../property-writes";
import { TD_TYPE } from "./constants";
import type { RequestTarget } from "./operations";
import type { Publication, Qos } from "./outbox";
import { RetainedProperty, type RetainedPropertyHost } from "./retained-property";
import { appendForms, FormIndexes } from "./thing-forms";
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
  /** Notifications of all affordances, in the order of their emission. */
  #tail: Promise<void> = Promise.resolve();
  readonly #properties = new Map<string, RetainedProperty>();
  readonly #unsubscribers: (() => void)[] = [];
  readonly #listening: { target: RetainedProperty | string; remove: () => void }[] = [];
  readonly #onError = (thrown: unknown): void =>
    this.#options.log.warn({ err: toFogwotError(thrown), thing: this.thing.id }, "notification");
  readonly #checks = new Map<string, () => void>();
  #isStopped = false;

  constructor(options: ExposureOptions) {
    this.#options = options;
    this.thing = options.thing;
    this.base = options.base;
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
    return [this.base, ...[...this.#properties.values()].map(({ topic }) => topic)];
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
    const appended = appendForms(this.thing, this.#options);
    this.#indexes = appended.indexes;
    this.#namesVariable = appended.namesVariable;
    if (this.#hasAsyncActions) {
      this.#unsubscribers.push(actionsOf(this.thing, this.#options.actions).retain());
    }
    this.#unsubscribers.push(onPropertyWritten(this.thing, (name) => this.#onWritten(name)));
    await Promise.all([
      ...Object.keys(this.thing.properties).map((name) => this.#startProperty(name)),
      ...Object.keys(this.thing.events).map((name) => this.#startEvent(name)),
    ]);
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
    for (const { target, remove } of this.#listening.splice(0)) {
      if (typeof target === "string") remove();
      else this.#withObserveOperation(target, remove);
    }
    for (const cancel of this.#checks.values()) cancel();
    this.#checks.clear();
  }

  formIndex(operation: RequestOperation, name: string, type: string = JSON_TYPE): number {
    return this.#indexes.of(operation, name, type);
  }

  get #hasAsyncActions(): boolean {
    const { thing } = this.#options;
    return Object.keys(thing.actions).some((name) => isAsynchronous(thing, name));
  }

  async #startProperty(name: string): Promise<void> {
    const property = this.thing.properties[name];
    if (!property || property.writeOnly) return;
    const formIndex = this.formIndex("readproperty", name);
    const topic = affordanceTopic(this.base, "properties", name);
    const retained = new RetainedProperty(this, name, topic, formIndex);
    this.#properties.set(name, retained);
    const feed = this.#feed("properties", name, formIndex);
    await this.#withObserveOperation(retained, () => this.#listen(feed, retained));
  }

  async #startEvent(name: string): Promise<void> {
    const topic = affordanceTopic(this.base, "events", name);
    const formIndex = this.#indexes.of("subscribeevent", name, JSON_TYPE);
    await this.#listen(this.#feed("events", name, formIndex), topic);
  }

  readValue({ name, formIndex }: RetainedProperty): Promise<Payload> {
    return readProperty(this.thing, name, { formIndex });
  }

  /** A Thing that tells of its changes is heard first: its observers get each change once. */
  #onWritten(name: string): void {
    const delayMs = this.thing.properties[name]?.observable ? NOTIFY_MS : 0;
    this.#checks.get(name)?.();
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#checks.delete(name);
      void this.refreshProperty(name);
    });
    this.#checks.set(name, cancel);
  }

  #feed(kind: "properties" | "events", name: string, formIndex: number): AffordanceFeed {
    const { thing } = this;
    return new AffordanceFeed({ thing, kind, name, formIndex, onError: this.#onError });
  }

  /** @param target a property's retained value, or the topic of an event */
  async #listen(feed: AffordanceFeed, target: RetainedProperty | string): Promise<void> {
    const remove = await feed.tap((pending) => {
      this.#tail = this.#tail
        .then(async () => this.#take(target, await pending))
        .catch(this.#onError);
    });
    this.#listening.push({ target, remove });
  }

  #take(target: RetainedProperty | string, payload: Payload): void {
    if (this.#isStopped) return;
    if (typeof target !== "string") {
      target.take(payload);
      return;
    }
    const { qos } = this.#options;
    const properties = { contentType: payload.type };
    this.#options.publishEvent({ topic: target, payload: payload.body, qos, properties });
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

  /**
   * node-wot tells of a property's changes only where the form names `observeproperty`, which a
   * property that is not observable must not offer, although its Thing may still say that it
   * changed. So the operation stands there while listening begins or ends (synchronously), and not
   * in any Thing Description.
   */
  #withObserveOperation<T>({ name, formIndex }: RetainedProperty, work: () => T): T {
    // Looked up each time: whoever keeps a form keeps those of all bindings.
    const form = this.thing.properties[name]?.forms[formIndex] as Form | undefined;
    if (!form) return work();
    const { op } = form;
    form.op = [...new Set([...[op ?? []].flat(), "observeproperty", "unobserveproperty"])];
    try {
      return work();
    } finally {
      if (op !== undefined) form.op = op;
    }
  }
}
