import type { Content, ExposedThing } from "@node-wot/core";
import { fromContent, type Payload } from "./payload";

/** One notification. `sequence` counts from 1 per feed. */
export interface Notification extends Payload {
  readonly sequence: number;
  /** The affordance it comes from, where the feed has several. */
  readonly affordance?: string;
}

export type NotificationListener = (notification: Notification) => void;

/** Called at the moment of emission, with a payload that is still on its way. */
export type EmissionListener = (payload: Promise<Payload>) => void;

/** Notifications of one affordance, or of several. */
export interface Feed {
  /**
   * Adds a subscriber; the result removes it and is idempotent.
   * @throws what the Thing's own subscribe handler throws; the subscriber is not added then
   */
  subscribe(listener: NotificationListener): Promise<() => void>;
}

export interface FeedSource {
  readonly thing: ExposedThing;
  readonly kind: "properties" | "events";
  readonly name: string;
  /** Index of this binding's form with the observe or subscribe operation. */
  readonly formIndex: number;
  readonly onError: (error: unknown) => void;
}

const DONE = Promise.resolve();

/**
 * Fans the notifications of one affordance out to any number of subscribers of one binding.
 *
 * node-wot hands the same stream-bodied Content to every listener, so that only the first could
 * read it: this registers one listener per affordance and copies the bytes. Order is kept.
 */
export class AffordanceFeed implements Feed {
  // Made when they are needed: a thousand Things have tens of thousands of feeds.
  #listeners: Set<NotificationListener> | undefined;
  #emissionListeners: Set<EmissionListener> | undefined;
  readonly #onContent = (content: Content): void => this.#take(content);
  #tail: Promise<void> = DONE;
  #sequence = 0;
  #registration: Promise<void> | undefined;

  readonly #source: FeedSource;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  get subscribers(): number {
    return (this.#listeners?.size ?? 0) + (this.#emissionListeners?.size ?? 0);
  }

  subscribe(listener: NotificationListener): Promise<() => void> {
    this.#listeners ??= new Set();
    return this.#add(this.#listeners, listener);
  }

  /** As `subscribe`, for who needs the order of emission across several feeds. */
  tap(listener: EmissionListener): Promise<() => void> {
    this.#emissionListeners ??= new Set();
    return this.#add(this.#emissionListeners, listener);
  }

  async #add<T>(listeners: Set<T>, listener: T): Promise<() => void> {
    listeners.add(listener);
    this.#registration ??= this.#register();
    try {
      await this.#registration;
      this.#registration = DONE;
    } catch (error) {
      this.#registration = undefined;
      listeners.delete(listener);
      throw error;
    }
    return () => this.#remove(listeners, listener);
  }

  async #register(): Promise<void> {
    const { thing, kind, name, formIndex } = this.#source;
    try {
      if (kind === "events") {
        await thing.handleSubscribeEvent(name, this.#onContent, { formIndex });
      } else {
        await thing.handleObserveProperty(name, this.#onContent, { formIndex });
      }
    } catch (error) {
      // node-wot adds the listener before it asks the Thing's own subscribe handler.
      this.#unregister();
      throw error;
    }
  }

  #remove<T>(listeners: Set<T>, listener: T): void {
    if (!listeners.delete(listener) || this.subscribers > 0) return;
    this.#registration = undefined;
    this.#unregister();
  }

  #unregister(): void {
    const { thing, kind, name, formIndex, onError } = this.#source;
    try {
      if (kind === "events") {
        thing.handleUnsubscribeEvent(name, this.#onContent, { formIndex });
      } else {
        thing.handleUnobserveProperty(name, this.#onContent, { formIndex });
      }
    } catch (error) {
      // A Thing destroyed meanwhile has dropped its listeners already.
      onError(error);
    }
  }

  #take(content: Content): void {
    const sequence = ++this.#sequence;
    const pending = fromContent(content);
    for (const listener of this.#emissionListeners ?? []) listener(pending);
    const listeners = this.#listeners;
    if (!listeners || listeners.size === 0) return;
    this.#tail = this.#tail
      .then(async () => {
        const payload = await pending;
        const notification = { ...payload, sequence };
        for (const listener of [...listeners]) this.#hand(listener, notification);
      })
      .catch((error: unknown) => this.#source.onError(error));
  }

  #hand(listener: NotificationListener, notification: Notification): void {
    try {
      listener(notification);
    } catch (error) {
      // One subscriber's fault must not cost the others the notification.
      this.#source.onError(error);
    }
  }
}
