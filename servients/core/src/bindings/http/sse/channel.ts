import type { Notification } from "../../feed";
import type { NotificationLog } from "../notifications/log";
import type { Exchange } from "../server/exchange";
import { eventFrame } from "./frame";
import type { StreamSubscriber, Streams } from "./streams";

/** What one reader of a channel asked for. */
export interface StreamWish {
  /** Events of the type "message" instead of the affordance's name. */
  readonly asMessages?: boolean;
  /** The affordances this reader may see, of a channel that has several; all where left out. */
  readonly affordances?: ReadonlySet<string>;
}

interface Reader {
  readonly stream: StreamSubscriber;
  readonly wish: StreamWish;
}

/** Notifications as event streams: encoded once, written to every reader. */
export class Channel {
  readonly #log: NotificationLog;
  readonly #name: string;
  readonly #streams: Streams;
  readonly #readers = new Set<Reader>();
  #stopListening: (() => void) | undefined;

  /** @param name event type of notifications that do not name their affordance themselves */
  constructor(log: NotificationLog, name: string, streams: Streams) {
    this.#log = log;
    this.#name = name;
    this.#streams = streams;
  }

  /**
   * Turns the response into an event stream that ends with the connection, the Thing or the server.
   * @throws OverloadedError, or what the Thing's subscribe handler throws
   */
  async subscribe({ request, response }: Exchange, wish: StreamWish): Promise<void> {
    this.#streams.admit();
    await this.#log.open();
    if (response.destroyed || this.#log.closed) {
      response.destroy();
      return;
    }
    this.#streams.admit();
    const stream = this.#streams.open(response, () => this.#remove(reader));
    const reader: Reader = { stream, wish };
    this.#readers.add(reader);
    this.#stopListening ??= this.#log.listen((notification) => this.#take(notification));
    const lastEventId = request.headers["last-event-id"];
    const from = typeof lastEventId === "string" ? this.#log.sequenceOf(lastEventId) : undefined;
    if (from === undefined) return;
    for (const notification of this.#log.after(from)) {
      if (concerns(notification, wish)) stream.write(this.#frame(notification, wish));
    }
  }

  /** Ends every stream, for good. */
  close(): void {
    for (const { stream } of [...this.#readers]) stream.close();
  }

  #remove(reader: Reader): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  #take(notification: Notification): void {
    let named: Buffer | undefined;
    let message: Buffer | undefined;
    for (const { stream, wish } of this.#readers) {
      if (!concerns(notification, wish)) continue;
      if (wish.asMessages) {
        message ??= this.#frame(notification, wish);
        stream.write(message);
      } else {
        named ??= this.#frame(notification, wish);
        stream.write(named);
      }
    }
  }

  #frame(notification: Notification, { asMessages }: StreamWish): Buffer {
    const { sequence, affordance, body } = notification;
    const type = asMessages ? undefined : eventType(affordance ?? this.#name);
    return eventFrame(this.#log.idOf(sequence), type, body);
  }
}

function concerns({ affordance }: Notification, { affordances }: StreamWish): boolean {
  return !affordances || affordance === undefined || affordances.has(affordance);
}

/** A line break in a name would end the field. */
function eventType(name: string): string {
  return name.replace(/[\r\n]/g, " ");
}

/** Query that asks for events of type "message", which every EventSource hands to `onmessage`. */
export const MESSAGE_QUERY = "sse=message";

export function asksForMessages(query: string): boolean {
  return query === MESSAGE_QUERY || query.startsWith(`${MESSAGE_QUERY}&`);
}
