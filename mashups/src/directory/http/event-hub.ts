import type { ServerResponse } from "node:http";
import { type Clock, OverloadedError } from "@fogwot/core";
import type { Directory } from "../directory";
import type { ThingEvent, ThingEventKind } from "../thing-event";
import { EVENT_STREAM_TYPE } from "./media-types";

export interface EventHubOptions {
  readonly directory: Directory;
  readonly clock: Clock;
  /** @default 1000 */
  readonly maxSubscribers?: number;
  /** Of silence, after which a comment keeps a stream alive. @default 25 000 ms */
  readonly heartbeatMs?: number;
}

export interface SubscriptionOptions {
  /** Only events of this kind. */
  readonly kind?: ThingEventKind;
  /** With what has changed. */
  readonly diff: boolean;
  /** The last event the client has heard of. */
  readonly lastEventId?: string;
  /** Whether the client may know of a Thing. @default of all */
  readonly mayRead?: (id: string) => boolean;
}

interface Subscriber extends SubscriptionOptions {
  readonly response: ServerResponse;
  /** Number of the last event that was sent, or passed over. */
  at: number;
  isWaiting: boolean;
}

/**
 * The notification API: server-sent events to many clients, out of the directory's journal.
 *
 * Nothing is queued for a client that reads slowly: it takes the next event from the journal when it
 * has read the last. What the journal does not keep that long is lost for it, and it is told.
 *
 * @see W3C WoT Discovery, "Notification API"
 */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #subscribers = new Set<Subscriber>();
  #leaveJournal: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  /** All subscribers are sent the same event one after the other. */
  #frame: { event: ThingEvent; diff: boolean; text: string } | undefined;
  #isClosed = false;

  constructor(options: EventHubOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** @throws OverloadedError */
  checkRoom(): void {
    const { maxSubscribers = 1000 } = this.#options;
    if (!this.#isClosed && this.#subscribers.size < maxSubscribers) return;
    const message = `the directory serves ${maxSubscribers} event streams, which is its limit`;
    throw new OverloadedError(message, { details: { maxSubscribers } });
  }

  /** Makes an answer an event stream, until its client goes. */
  subscribe(response: ServerResponse, options: SubscriptionOptions): void {
    const { journal } = this.#options.directory;
    const { lastEventId } = options;
    const at = lastEventId === undefined ? journal.told : journal.numberOf(lastEventId);
    const subscriber: Subscriber = { ...options, response, at, isWaiting: false };
    response.writeHead(200, {
      "content-type": EVENT_STREAM_TYPE,
      "cache-control": "no-store",
      // Nginx would hold events back.
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    this.#subscribers.add(subscriber);
    this.#leaveJournal ??= journal.onEvent(() => this.#sendAll());
    this.#cancelHeartbeat ??= this.#scheduleHeartbeat();
    response.once("close", () => this.#remove(subscriber));
    response.on("error", () => this.#remove(subscriber));
    response.on("drain", () => {
      subscriber.isWaiting = false;
      this.#send(subscriber);
    });
    this.#send(subscriber);
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    for (const subscriber of [...this.#subscribers]) {
      subscriber.response.end();
      this.#remove(subscriber);
    }
  }

  #sendAll(): void {
    for (const subscriber of this.#subscribers) this.#send(subscriber);
  }

  #send(subscriber: Subscriber): void {
    const { journal } = this.#options.directory;
    const { response, kind, diff, mayRead } = subscriber;
    while (!subscriber.isWaiting && !response.writableEnded) {
      const event = journal.next(subscriber.at);
      if (!event) return;
      const lost = event.number - 1 - subscriber.at;
      subscriber.at = event.number;
      let text = lost > 0 ? `: ${lost} events are no longer kept\n\n` : "";
      const isWanted = kind === undefined || kind === event.kind;
      if (isWanted && (mayRead?.(event.id) ?? true)) text += this.#textOf(event, diff);
      if (text !== "") subscriber.isWaiting = !response.write(text);
    }
  }

  #textOf(event: ThingEvent, diff: boolean): string {
    if (this.#frame?.event !== event || this.#frame.diff !== diff) {
      const { journal } = this.#options.directory;
      const data = this.#dataOf(event, diff);
      const text = `event: ${event.kind}\ndata: ${data}\nid: ${journal.idOf(event)}\n\n`;
      this.#frame = { event, diff, text };
    }
    return this.#frame.text;
  }

  /** JSON text, which has no line breaks. */
  #dataOf({ kind, id, patch }: ThingEvent, diff: boolean): string {
    const idOnly = JSON.stringify({ id });
    if (!diff || kind === "thing_deleted") return idOnly;
    // A Thing Description that is gone or another by now comes as it is: later events tell the rest.
    if (kind === "thing_created") return this.#options.directory.entry(id)?.json() ?? idOnly;
    if (patch === undefined) return idOnly;
    return patch === "{}" ? idOnly : `${idOnly.slice(0, -1)},${patch.slice(1)}`;
  }

  #scheduleHeartbeat(): () => void {
    const { clock, heartbeatMs = 25_000 } = this.#options;
    return clock.schedule(heartbeatMs, () => {
      for (const { response, isWaiting } of this.#subscribers) {
        if (!isWaiting) response.write(":\n\n");
      }
      this.#cancelHeartbeat = this.#scheduleHeartbeat();
    });
  }

  #remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size > 0) return;
    this.#leaveJournal?.();
    this.#leaveJournal = undefined;
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = undefined;
  }
}
