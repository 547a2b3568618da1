import type { ExposedThing } from "@node-wot/core";
import type { Logger } from "../../../log";
import { AffordanceFeed, type Feed } from "../../feed";
import { MergedFeed } from "../../merged-feed";
import { LongPolls } from "../longpoll/long-polls";
import { NotificationLog } from "../notifications/log";
import type { HttpSettings } from "../options";
import type { Notifications } from "../routes/notifications";
import type { WholeStream } from "../routes/whole-stream";
import { Channel } from "../sse/channel";
import type { Streams } from "../sse/streams";
import type { Gate } from "./gate";

type Kind = "properties" | "events";

interface FeedContext {
  readonly thing: ExposedThing;
  readonly streams: Streams;
  readonly settings: HttpSettings;
  readonly log: Logger;
}

/**
 * Everything of one Thing that notifies: each affordance by itself, and all of a kind together.
 * Made when somebody subscribes first: of a thousand Things most affordances never are.
 */
export class ThingFeeds {
  readonly #context: FeedContext;
  readonly #formIndexes = { properties: new Map<string, number>(), events: new Map() };
  readonly #feeds = new Map<string, AffordanceFeed>();
  readonly #closing: ((thingIsGone: boolean) => void)[] = [];
  #closed = false;

  constructor(context: FeedContext) {
    this.#context = context;
  }

  /** @param formIndex of the form whose media type notifications have */
  notifications(kind: Kind, name: string, formIndex: number): Notifications {
    this.#formIndexes[kind].set(name, formIndex);
    return lazy(() => {
      const log = this.#logOf(this.#feedOf(kind, name, formIndex));
      const polls = new LongPolls(log, this.#context.streams, this.#context.settings);
      this.#closing.push((thingIsGone) => polls.close(thingIsGone));
      return { channel: this.#channelOf(log, name), polls };
    });
  }

  /** The notifications of every affordance of a kind so far; undefined where there is none. */
  wholeStream(kind: Kind, gate: Gate): WholeStream | undefined {
    const formIndexes = this.#formIndexes[kind];
    if (formIndexes.size === 0) return undefined;
    const channel = lazy(() => {
      const feeds = [...formIndexes].map(
        ([name, formIndex]) => [name, this.#feedOf(kind, name, formIndex)] as const,
      );
      const merged = new MergedFeed(new Map(feeds), (error) => this.#failed(kind, error));
      return this.#channelOf(this.#logOf(merged), kind);
    });
    return { channel, kind, names: [...formIndexes.keys()], gate };
  }

  /** Ends every stream and poll. */
  close(thingIsGone: boolean): void {
    this.#closed = true;
    for (const close of this.#closing) close(thingIsGone);
  }

  /** One feed per affordance, whoever listens: node-wot is asked once. */
  #feedOf(kind: Kind, name: string, formIndex: number): AffordanceFeed {
    const key = `${kind}/${name}`;
    const known = this.#feeds.get(key);
    if (known) return known;
    const { thing } = this.#context;
    const onError = (error: unknown): void => this.#failed(name, error);
    const feed = new AffordanceFeed({ thing, kind, name, formIndex, onError });
    this.#feeds.set(key, feed);
    return feed;
  }

  #logOf(feed: Feed): NotificationLog {
    const log = new NotificationLog(feed, this.#context.settings);
    this.#closing.push(() => log.close());
    // The Thing went while somebody was being let in.
    if (this.#closed) log.close();
    return log;
  }

  #channelOf(log: NotificationLog, name: string): Channel {
    const channel = new Channel(log, name, this.#context.streams);
    this.#closing.push(() => channel.close());
    return channel;
  }

  #failed(name: string, err: unknown): void {
    this.#context.log.debug({ err, thing: this.#context.thing.id, name }, "feed");
  }
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
