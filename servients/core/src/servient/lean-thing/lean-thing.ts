import {
  type Content,
  type ContentListener,
  ContentSerdes,
  type ExposedThing,
  type Form,
} from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { descriptionText } from "../../bindings/description-text";
import type { EmissionListener, EmittingThing, NotifyingKind } from "../../bindings/emissions";
import { JSON_TYPE } from "../../bindings/payload";
import {
  contentTypeAt,
  type HasThingForms,
  keepForms,
  type ThingForms,
} from "../../bindings/thing-forms";
import { InternalError, NotFoundError, OperationNotAllowedError } from "../../errors";
import { Handlers } from "./handlers";
import { Input } from "./input";
import { Listeners } from "./listeners";
import type { ThingParts } from "./thing-members";

type Options = WoT.InteractionOptions & { readonly formIndex: number };
type Kind = "properties" | "actions" | "events";

/** What exposes Things and destroys them. */
export interface ThingHost {
  expose(thing: ExposedThing): Promise<void>;
  destroyThing(id: string): Promise<boolean>;
}

/**
 * An ExposedThing of the Scripting API, for Servients with thousands of them. It means what
 * node-wot's means. It keeps nothing for affordances that nobody has anything to do with, and does
 * not look at forms where only their media type is wanted.
 */
export class LeanThing implements EmittingThing, HasThingForms {
  declare readonly id: string;
  declare readonly title: string;
  declare readonly properties: Record<string, WoT.DataSchema & Affordance>;
  declare readonly actions: Record<string, ActionAffordance>;
  declare readonly events: Record<string, EventAffordance>;
  readonly #host: ThingHost;
  readonly #handlers = new Handlers();
  readonly #listeners = new Listeners();
  readonly #forms: ThingForms;

  constructor(host: ThingHost, { members, forms }: ThingParts) {
    this.#host = host;
    this.#forms = forms;
    Object.assign(this, members);
    keepForms(this, forms, "");
  }

  get thingForms(): ThingForms {
    return this.#forms;
  }

  getThingDescription(): WoT.ThingDescription {
    return JSON.parse(descriptionText(asExposed(this)));
  }

  expose(): Promise<void> {
    return this.#host.expose(asExposed(this));
  }

  async destroy(): Promise<void> {
    await this.#host.destroyThing(this.id);
    this.#listeners.clear();
    this.#handlers.clear();
  }

  setPropertyReadHandler(name: string, handler: WoT.PropertyReadHandler): this {
    const { writeOnly } = this.#known("properties", name);
    if (writeOnly) throw new OperationNotAllowedError("reading", this.#named("property", name));
    this.#handlers.readers.set(name, handler);
    return this;
  }

  setPropertyWriteHandler(name: string, writeHandler: WoT.PropertyWriteHandler): this {
    const { readOnly } = this.#known("properties", name);
    if (readOnly) throw new OperationNotAllowedError("writing", this.#named("property", name));
    this.#handlers.setProperty(name, { writeHandler });
    return this;
  }

  setPropertyObserveHandler(name: string, observeHandler: WoT.PropertyReadHandler): this {
    this.#observable(name);
    this.#handlers.setProperty(name, { observeHandler });
    return this;
  }

  setPropertyUnobserveHandler(name: string, unobserveHandler: WoT.PropertyReadHandler): this {
    this.#observable(name);
    this.#handlers.setProperty(name, { unobserveHandler });
    return this;
  }

  setActionHandler(name: string, handler: WoT.ActionHandler): this {
    this.#known("actions", name);
    this.#handlers.setAction(name, handler);
    return this;
  }

  setEventSubscribeHandler(name: string, subscribe: WoT.EventSubscriptionHandler): this {
    this.#known("events", name);
    this.#handlers.setEvent(name, { subscribe });
    return this;
  }

  setEventUnsubscribeHandler(name: string, unsubscribe: WoT.EventSubscriptionHandler): this {
    this.#known("events", name);
    this.#handlers.setEvent(name, { unsubscribe });
    return this;
  }

  emitEvent(name: string, data?: WoT.InteractionInput): void {
    this.#listeners.notify("events", name, data, this.#known("events", name).data);
  }

  /** @param data the new value. @default what the read handler gives */
  async emitPropertyChange(name: string, data?: WoT.InteractionInput): Promise<void> {
    const property = this.#known("properties", name);
    const value = data === undefined ? await this.#reader(name)() : data;
    this.#listeners.notify("properties", name, value as WoT.InteractionInput, property);
  }

  async onEmission(listener: EmissionListener): Promise<() => void> {
    const stop = this.#listeners.addForAll(listener);
    const names = [...Object.keys(this.properties), ...Object.keys(this.events)];
    try {
      for (const name of names) {
        await this.#handlers.property(name)?.observeHandler?.();
        await this.#handlers.event(name)?.subscribe?.();
      }
    } catch (error) {
      stop();
      throw error;
    }
    return () => {
      stop();
      for (const name of names) {
        void this.#handlers.property(name)?.unobserveHandler?.();
        void this.#handlers.event(name)?.unsubscribe?.();
      }
    };
  }

  async handleReadProperty(name: string, options: Options): Promise<Content> {
    const property = this.#known("properties", name);
    const value = await this.#reader(name)(options);
    return encode(value, property, property, options);
  }

  async handleWriteProperty(name: string, content: Content, options: Options): Promise<void> {
    const property = this.#known("properties", name);
    const write = this.#handlers.property(name)?.writeHandler;
    if (!write) throw new InternalError(`${this.#named("property", name)} has no write handler`);
    const input = new Input(content, formAt(property, options), property);
    await write(input as unknown as WoT.InteractionOutput, options);
  }

  async handleInvokeAction(
    name: string,
    content: Content,
    options: Options,
    // biome-ignore lint/suspicious/noConfusingVoidType: as node-wot has it
  ): Promise<Content | void> {
    const action = this.#known("actions", name);
    const handler = this.#handlers.action(name);
    if (!handler) throw new InternalError(`${this.#named("action", name)} has no handler`);
    const input = new Input(content, formAt(action, options), action.input);
    const result = await handler(input as unknown as WoT.InteractionOutput, options);
    if (result !== undefined) return encode(result, action.output, action, options);
  }

  async handleSubscribeEvent(name: string, listener: ContentListener, options: Options) {
    this.#listen("events", name, listener, options);
    await this.#handlers.event(name)?.subscribe?.(options);
  }

  handleUnsubscribeEvent(name: string, listener: ContentListener, options: Options): void {
    this.#unlisten("events", name, listener);
    void this.#handlers.event(name)?.unsubscribe?.(options);
  }

  async handleObserveProperty(name: string, listener: ContentListener, options: Options) {
    this.#listen("properties", name, listener, options);
    await this.#handlers.property(name)?.observeHandler?.(options);
  }

  handleUnobserveProperty(name: string, listener: ContentListener, options: Options): void {
    this.#unlisten("properties", name, listener);
    void this.#handlers.property(name)?.unobserveHandler?.(options);
  }

  #listen(kind: NotifyingKind, name: string, listener: ContentListener, options: Options): void {
    const type = contentTypeAt(this.#known(kind, name), options.formIndex) ?? JSON_TYPE;
    this.#listeners.add({ kind, name, type, listener });
  }

  #unlisten(kind: NotifyingKind, name: string, listener: ContentListener): void {
    if (this.#listeners.remove(kind, name, listener)) return;
    throw new NotFoundError(`a listener to ${name} of ${this.id}`);
  }

  #reader(name: string): WoT.PropertyReadHandler {
    const reader = this.#handlers.readers.get(name);
    if (reader) return reader;
    throw new InternalError(`${this.#named("property", name)} has no read handler`);
  }

  #observable(name: string): void {
    if (this.#known("properties", name).observable) return;
    throw new OperationNotAllowedError("observing", this.#named("property", name));
  }

  #known<K extends Kind>(kind: K, name: string): LeanThing[K][string] {
    const all = this[kind];
    const found = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!found) throw new NotFoundError(`${KIND[kind]} ${name} of ${this.id}`);
    return found as LeanThing[K][string];
  }

  #named(kind: string, name: string): string {
    return `${kind} ${name} of ${this.id}`;
  }
}

interface Affordance {
  /** Missing until it is exposed. */
  readonly forms?: Form[];
}
type ActionAffordance = Affordance & { input?: WoT.DataSchema; output?: WoT.DataSchema };
type EventAffordance = Affordance & { data?: WoT.DataSchema };

const KIND = { properties: "property", actions: "action", events: "event" } as const;

/** node-wot's class has private members, which keep every other class from being one. */
export function asExposed(thing: LeanThing): ExposedThing {
  return thing as unknown as ExposedThing;
}

function encode(value: unknown, schema: unknown, affordance: Affordance, { formIndex }: Options) {
  const type = contentTypeAt(affordance, formIndex) ?? JSON_TYPE;
  return ContentSerdes.get().valueToContent(value as never, schema as never, type);
}

function formAt({ forms }: Affordance, { formIndex }: Options): Form {
  return forms?.[formIndex] ?? ({ href: "", contentType: JSON_TYPE } as Form);
}
