import type { AffordanceFeed, Notification } from "../../feed";
import type { HttpSettings } from "../options";
import type { Exchange } from "../server/exchange";
import { eventFrame } from "./frame";
import { History } from "./history";
import type { StreamSubscriber, Streams } from "./streams";

/**
 * One affordance's notifications as event streams: encoded once, written to every subscriber.
 *
 * The feed stays open for a while after the last subscriber left, so that one who lost the
 * connection and comes back with `Last-Event-ID` misses nothing.
 */
export class Channel {
  readonly #feed: AffordanceFeed;
  readonly #name: string;
  readonly #streams: Streams;
  readonly #settings: HttpSettings;
  readonly #history: History;
  readonly #subscribers = new Set<StreamSubscriber>();
  // Tells this run's ids from those of an earlier one, whose sequence began at 1 as well.
  readonly #epoch = Date.now().toString(36);
  #opening: Promise<void> | undefined;
  #leaveFeed: (() => void) | undefined;
  #lingering: NodeJS.Timeout | undefined;
  #lastSequence = 0;
  #closed = false;

  constructor(feed: AffordanceFeed, name: string, streams: Streams, settings: HttpSettings) {
    this.#feed = feed;
    this.#name = name;
    this.#streams = streams;
    this.#settings = settings;
    this.#history = new History(settings.replayedNotifications, settings.maxQueuedBytes);
  }

  /**
   * Turns the response into an event stream that ends with the connection, the Thing or the server.
   * @throws OverloadedError, or what the Thing's subscribe handler throws
   */
  async subscribe(exchange: Exchange): Promise<void> {
    const { request, response, query } = exchange;
    this.#streams.admit();
    this.#opening ??= this.#open();
    clearTimeout(this.#lingering);
    await this.#opening;
    if (response.destroyed || this.#closed) {
      if (this.#subscribers.size === 0) this.#linger();
      response.destroy();
      return;
    }
    this.#streams.admit();
    const type = query === MESSAGE_QUERY || query.startsWith(`${MESSAGE_QUERY}&`);
    const subscriber = this.#streams.open(response, type ? undefined : this.#eventName, () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.#linger();
    });
    this.#subscribers.add(subscriber);
    const missed = this.#missed(request.headers["last-event-id"]);
    for (const notification of missed) subscriber.write(this.#frame(notification, subscriber));
  }

  /** Ends every stream, for good. */
  close(): void {
    this.#closed = true;
    for (const subscriber of [...this.#subscribers]) subscriber.close();
    this.#release();
  }

  async #open(): Promise<void> {
    try {
      this.#leaveFeed = await this.#feed.subscribe((notification) => this.#take(notification));
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #take(notification: Notification): void {
    this.#lastSequence = notification.sequence;
    this.#history.add(notification);
    const frames = new Map<string | undefined, Buffer>();
    for (const subscriber of this.#subscribers) {
      let frame = frames.get(subscriber.type);
      if (!frame) {
        frame = this.#frame(notification, subscriber);
        frames.set(subscriber.type, frame);
      }
      subscriber.write(frame);
    }
  }

  #frame(notification: Notification, subscriber: StreamSubscriber): Buffer {
    return eventFrame(
      `${this.#epoch}-${notification.sequence}`,
      subscriber.type,
      notification.body,
    );
  }

  #missed(lastEventId: string | string[] | undefined): Notification[] {
    if (typeof lastEventId !== "string") return [];
    const separator = lastEventId.lastIndexOf("-");
    const sequence = Number(lastEventId.slice(separator + 1));
    const ours = lastEventId.slice(0, separator) === this.#epoch && Number.isInteger(sequence);
    return ours && sequence <= this.#lastSequence ? this.#history.after(sequence) : [];
  }

  #linger(): void {
    clearTimeout(this.#lingering);
    if (this.#closed) return;
    this.#lingering = setTimeout(() => this.#release(), this.#settings.replayWindowMs);
    this.#lingering.unref();
  }

  #release(): void {
    clearTimeout(this.#lingering);
    this.#leaveFeed?.();
    this.#leaveFeed = undefined;
    this.#opening = undefined;
    this.#history.clear();
  }

  /** A line break in a name would end the field. */
  get #eventName(): string {
    return this.#name.replace(/[\r\n]/g, " ");
  }
}

/** Query that asks for events of type "message", which every EventSource hands to `onmessage`. */
export const MESSAGE_QUERY = "sse=message";
