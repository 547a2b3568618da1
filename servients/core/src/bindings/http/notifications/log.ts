import type { Feed, Notification, NotificationListener } from "../../feed";
import type { HttpSettings } from "../options";
import { History } from "./history";

/**
 * What a feed has told lately, for clients that cannot listen all the time: those who lost an
 * event stream, and those who poll.
 *
 * The feed stays open for a while after the last listener left, so that one who comes back with
 * the id of the last notification it got misses nothing.
 */
export class NotificationLog {
  readonly #feed: Feed;
  readonly #replayWindowMs: number;
  readonly #history: History;
  readonly #listeners = new Set<NotificationListener>();
  readonly #onReleased: (() => void)[] = [];
  // Tells this run's ids from those of an earlier one, whose sequence began at 1 as well.
  readonly #epoch = Date.now().toString(36);
  #opening: Promise<void> | undefined;
  #leaveFeed: (() => void) | undefined;
  #lingering: NodeJS.Timeout | undefined;
  #lastSequence = 0;
  #closed = false;

  constructor(feed: Feed, settings: HttpSettings) {
    this.#feed = feed;
    this.#replayWindowMs = settings.replayWindowMs;
    this.#history = new History(settings.replayedNotifications, settings.maxQueuedBytes);
  }

  /** Sequence number of the latest notification; 0 before the first. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Begins to keep notifications, if it does not yet, and goes on for the replay window at least.
   * @throws what the Thing's subscribe handler throws
   */
  async open(): Promise<void> {
    if (this.#closed) return;
    clearTimeout(this.#lingering);
    this.#opening ??= this.#subscribe();
    await this.#opening;
    this.#lingerIfUnused();
  }

  /** Adds a listener to an open log; the result removes it and is idempotent. */
  listen(listener: NotificationListener): () => void {
    clearTimeout(this.#lingering);
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener)) this.#lingerIfUnused();
    };
  }

  /** What came after a notification and is still kept, oldest first. */
  after(sequence: number): Notification[] {
    return sequence < this.#lastSequence ? this.#history.after(sequence) : [];
  }

  /** The same, the oldest only. */
  firstAfter(sequence: number): Notification | undefined {
    return sequence < this.#lastSequence ? this.#history.firstAfter(sequence) : undefined;
  }

  /** A notification's id for clients: an SSE id, a poll's cursor. */
  idOf(sequence: number): string {
    return `${this.#epoch}-${sequence}`;
  }

  /** @returns undefined for what is no id of this log */
  sequenceOf(id: string): number | undefined {
    const separator = id.lastIndexOf("-");
    const digits = id.slice(separator + 1);
    if (id.slice(0, separator) !== this.#epoch || !/^\d{1,15}$/.test(digits)) return undefined;
    const sequence = Number(digits);
    return sequence <= this.#lastSequence ? sequence : undefined;
  }

  /** Calls back whenever the kept notifications have been forgotten. */
  onReleased(callback: () => void): void {
    this.#onReleased.push(callback);
  }

  close(): void {
    this.#closed = true;
    this.#release();
  }

  async #subscribe(): Promise<void> {
    try {
      this.#leaveFeed = await this.#feed.subscribe((notification) => this.#take(notification));
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    if (this.#closed) this.#release();
  }

  #take(notification: Notification): void {
    this.#lastSequence = notification.sequence;
    this.#history.add(notification);
    for (const listener of [...this.#listeners]) listener(notification);
  }

  #lingerIfUnused(): void {
    clearTimeout(this.#lingering);
    if (this.#closed || this.#listeners.size > 0) return;
    this.#lingering = setTimeout(() => this.#release(), this.#replayWindowMs);
    this.#lingering.unref();
  }

  #release(): void {
    clearTimeout(this.#lingering);
    this.#leaveFeed?.();
    this.#leaveFeed = undefined;
    this.#opening = undefined;
    this.#history.clear();
    for (const callback of this.#onReleased) callback();
  }
}
