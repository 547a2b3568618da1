import type { PropertyHandlers } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";

export type EventHandlers = {
  subscribe?: WoT.EventSubscriptionHandler;
  unsubscribe?: WoT.EventSubscriptionHandler;
};

/**
 * What a Thing's own program does when it is asked. A thousand Things have tens of thousands of
 * properties, of which most are read and nothing else: a read handler needs no record of its own.
 */
export class Handlers {
  readonly readers = new Map<string, WoT.PropertyReadHandler>();
  #properties: Map<string, Omit<PropertyHandlers, "readHandler">> | undefined;
  #actions: Map<string, WoT.ActionHandler> | undefined;
  #events: Map<string, EventHandlers> | undefined;

  /** Of writing and observing. */
  property(name: string): Omit<PropertyHandlers, "readHandler"> | undefined {
    return this.#properties?.get(name);
  }

  setProperty(name: string, handlers: Omit<PropertyHandlers, "readHandler">): void {
    this.#properties ??= new Map();
    this.#properties.set(name, { ...this.#properties.get(name), ...handlers });
  }

  action(name: string): WoT.ActionHandler | undefined {
    return this.#actions?.get(name);
  }

  setAction(name: string, handler: WoT.ActionHandler): void {
    this.#actions ??= new Map();
    this.#actions.set(name, handler);
  }

  event(name: string): EventHandlers | undefined {
    return this.#events?.get(name);
  }

  setEvent(name: string, handlers: EventHandlers): void {
    this.#events ??= new Map();
    this.#events.set(name, { ...this.#events.get(name), ...handlers });
  }

  clear(): void {
    this.readers.clear();
    this.#properties = undefined;
    this.#actions = undefined;
    this.#events = undefined;
  }
}
