import type * as WoT from "wot-typescript-definitions";
import type { Logger } from "../../log";
import type { BindingName } from "../binding-name";
import { bindingsOf, pinBinding } from "../pin-binding";
import { Activity } from "./activity";
import { type ClientHost, ClientPool } from "./client-pool";
import { FogConsumedThing } from "./consumed-thing";
import { NoSuchBindingError } from "./errors";
import { prepareThing } from "./prepared-thing";
import type { ConsumedThing, ConsumeOptions, ScriptingApi } from "./types";

/** The client role of a Servient: consumes Things, and knows what is under way. */
export class Consumer {
  readonly activity = new Activity();
  readonly #clients: ClientPool;
  readonly #log: Logger;

  /** @param host a node-wot Servient */
  constructor(host: ClientHost, log: Logger) {
    this.#clients = new ClientPool(host);
    this.#log = log;
  }

  /** @throws InvalidThingDescriptionError, NoSuchBindingError */
  consume(td: WoT.ThingDescription, { binding }: ConsumeOptions = {}): ConsumedThing {
    const whole = prepareThing(td);
    const thing = binding === undefined ? whole : prepareThing(pinned(td, binding));
    const { activity } = this;
    return new FogConsumedThing(thing, { clients: this.#clients, activity, log: this.#log });
  }

  /**
   * Ends the connections that nobody uses now; they are made again when needed. What is under way,
   * subscriptions included, must have ended (`activity.idle()`).
   */
  releaseConnections(): Promise<void> {
    return this.#clients.release();
  }
}

/** A Scripting API whose `consume` is ours. */
export function withConsumer<Api extends typeof WoT>(wot: Api, consumer: Consumer): ScriptingApi {
  return Object.assign(Object.create(wot) as Api, {
    consume: async (td: WoT.ThingDescription, options?: ConsumeOptions) =>
      consumer.consume(td, options),
  });
}

function pinned(td: WoT.ThingDescription, binding: BindingName): WoT.ThingDescription {
  const offered = bindingsOf(td);
  if (!offered.includes(binding)) throw new NoSuchBindingError(td.title, binding, offered);
  return pinBinding(td, binding);
}
