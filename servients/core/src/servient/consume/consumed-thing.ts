import type { Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import type { ActionStatus } from "../../bindings/actions";
import type { Logger } from "../../log";
import type { Activity } from "./activity";
import type { ClientPool } from "./client-pool";
import { encodeInput } from "./encode-input";
import type { ChosenForm } from "./form-choice";
import { Interactions, type Use } from "./interactions";
import { ActionOutput, Output } from "./output";
import type { PreparedThing } from "./prepared-thing";
import { PropertySets } from "./property-sets";
import { Subscriptions } from "./subscriptions";
import type {
  Affordance,
  ConsumedThing,
  InteractionListener,
  InteractionOptions,
  UnusableForm,
} from "./types";

export interface ConsumerContext {
  readonly clients: ClientPool;
  readonly activity: Activity;
  readonly log: Logger;
}

/** The form that ends what another one began, for clients of other makers. */
const ENDS: Readonly<Record<string, string>> = {
  observeproperty: "unobserveproperty",
  subscribeevent: "unsubscribeevent",
};

/**
 * The client side of one Thing. It holds nothing but its subscriptions: clients and connections
 * belong to the Servient, and a description that is consumed again is neither read nor compiled
 * again.
 *
 * Interactions throw NotFoundError (no such affordance), OperationNotAllowedError (no form for it),
 * NoUsableFormError (none that this Servient has a client for), InteractionError (the Thing refused,
 * or the value does not fit and is not sent; its `problem` says why), InteractionTimeoutError, InteractionAbortedError, UnreachableError.
 *
 * @see W3C WoT Scripting API, ConsumedThing
 */
export class FogConsumedThing implements ConsumedThing {
  readonly #interactions: Interactions;
  readonly #subscriptions: Subscriptions;
  readonly #sets: PropertySets;

  constructor(thing: PreparedThing, { clients, activity, log }: ConsumerContext) {
    this.#interactions = new Interactions(thing, clients, activity);
    this.#subscriptions = new Subscriptions(activity, log);
    this.#sets = new PropertySets(this.#interactions);
  }

  get id(): string | undefined {
    return this.#interactions.thing.id;
  }

  get title(): string {
    return this.#interactions.thing.title;
  }

  get properties(): Readonly<Record<string, Affordance>> {
    return this.#interactions.thing.properties;
  }

  get actions(): Readonly<Record<string, Affordance>> {
    return this.#interactions.thing.actions;
  }

  get events(): Readonly<Record<string, Affordance>> {
    return this.#interactions.thing.events;
  }

  /** Of operations on the whole Thing. */
  get forms(): readonly Form[] {
    return this.#interactions.thing.forms;
  }

  get unusableForms(): readonly UnusableForm[] {
    return this.#interactions.unusableForms;
  }

  getThingDescription(): WoT.ThingDescription {
    return JSON.parse(this.#interactions.thing.text) as WoT.ThingDescription;
  }

  async readProperty(name: string, options?: InteractionOptions): Promise<Output> {
    const used = this.#interactions.use(property(name, "readproperty", options));
    const content = await this.#interactions.call(used, options, (client, limits) =>
      client.readResource(used.form, limits),
    );
    return new Output(content, used.form, used.affordance);
  }

  async readAllProperties(options?: InteractionOptions): Promise<WoT.PropertyReadMap> {
    return this.#sets.readAll((name, single) => this.readProperty(name, single), options);
  }

  async readMultipleProperties(
    names: readonly string[],
    options?: InteractionOptions,
  ): Promise<WoT.PropertyReadMap> {
    return this.#sets.read(names, (name, single) => this.readProperty(name, single), options);
  }

  async writeProperty(
    name: string,
    value: WoT.InteractionInput,
    options?: InteractionOptions,
  ): Promise<void> {
    const used = this.#interactions.use(property(name, "writeproperty", options));
    const content = await encodeInput(value, used.affordance, used.form);
    await this.#interactions.call(used, options, (client, limits) =>
      client.writeResource(used.form, content, limits),
    );
  }

  async writeMultipleProperties(
    values: WoT.PropertyWriteMap,
    options?: InteractionOptions,
  ): Promise<void> {
    await this.#sets.write(
      values,
      (name, value, single) => this.writeProperty(name, value, single),
      options,
    );
  }

  async invokeAction(
    name: string,
    input?: WoT.InteractionInput,
    options?: InteractionOptions,
  ): Promise<ActionOutput> {
    const used = this.#interactions.use(action(name, "invokeaction", options));
    const { form, affordance } = used;
    const schema = (affordance.input ?? {}) as WoT.DataSchema;
    const content = input === undefined ? undefined : await encodeInput(input, schema, form);
    const answer = await this.#interactions.call(used, options, (client, limits) =>
      client.invokeResource(form, content, limits),
    );
    return new ActionOutput(answer, form, {
      schema: affordance.output as WoT.DataSchema | undefined,
      isSynchronous: affordance.synchronous === true,
      query: (status, further) => this.#query(name, status, further),
      cancel: (status, further) => this.#cancel(name, status, further),
    });
  }

  async observeProperty(
    name: string,
    listener: InteractionListener,
    errorListener?: WoT.ErrorListener,
    options?: InteractionOptions,
  ): Promise<WoT.Subscription> {
    const use = property(name, "observeproperty", options);
    return this.#subscribe(use, (affordance) => affordance, listener, errorListener);
  }

  async subscribeEvent(
    name: string,
    listener: InteractionListener,
    errorListener?: WoT.ErrorListener,
    options?: InteractionOptions,
  ): Promise<WoT.Subscription> {
    const use: Use = { kind: "events", name, op: "subscribeevent", options };
    const dataOf = ({ data }: Affordance) => data as WoT.DataSchema | undefined;
    return this.#subscribe(use, dataOf, listener, errorListener);
  }

  async destroy(): Promise<void> {
    await this.#subscriptions.stopAll();
    await this.#interactions.stopOwnClients();
  }

  /** As node-wot's ConsumedThing has it, for what works on either: `ThingOperations`. */
  getClientFor(forms: readonly Form[], op: string): ChosenForm {
    return this.#interactions.choose(forms, op);
  }

  /** As node-wot's ConsumedThing has it. */
  handleUriVariables(holder: object, form: Form, options?: WoT.InteractionOptions): Form {
    return this.#interactions.fill(holder, form, options);
  }

  #subscribe(
    use: Use,
    schemaOf: (affordance: Affordance) => WoT.DataSchema | undefined,
    listener: InteractionListener,
    errorListener: WoT.ErrorListener | undefined,
  ): Promise<WoT.Subscription> {
    const { client, form, affordance } = this.#interactions.use(use);
    return this.#subscriptions.open({
      client,
      form,
      op: use.op,
      name: use.name,
      schema: schemaOf(affordance),
      listener,
      errorListener,
      limits: use.options ?? {},
      endForm: () => this.#interactions.use({ ...use, op: ENDS[use.op] ?? use.op }).form,
    });
  }

  async #query(name: string, status: ActionStatus, options: InteractionOptions | undefined) {
    const { client, form } = this.#interactions.use(action(name, "queryaction", options));
    const asked = { ...form, href: status.href };
    const content = await this.#interactions.call({ client, form: asked }, options, (one, limits) =>
      one.readResource(asked, limits),
    );
    return new Output(content, asked, undefined);
  }

  async #cancel(name: string, status: ActionStatus, options: InteractionOptions | undefined) {
    const { client, form } = this.#interactions.use(action(name, "cancelaction", options));
    const asked = { ...form, href: status.href, op: "cancelaction" };
    await this.#interactions.call({ client, form: asked }, options, (one, limits) =>
      one.invokeResource(asked, undefined, limits),
    );
  }
}

function property(name: string, op: string, options: InteractionOptions | undefined): Use {
  return { kind: "properties", name, op, options };
}

function action(name: string, op: string, options: InteractionOptions | undefined): Use {
  return { kind: "actions", name, op, options };
}
