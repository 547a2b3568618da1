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

/** Everything of one Thing that notifies: each affordance by itself, and all of a kind together. */
export class ThingFeeds {
  readonly #context: FeedContext;
  readonly #feeds = { properties: new Map<string, AffordanceFeed>(), events: new Map() };
  readonly #closing: (() => void)[] = [];

  constructor(context: FeedContext) {
    this.#context = context;
  }

  /** @param formIndex of the form whose media type notifications have */
  notifications(kind: Kind, name: string, formIndex: number): Notifications {
    const { thing, streams, settings } = this.#context;
    const onError = (error: unknown): void => this.#failed(name, error);
    const feed = new AffordanceFeed({ thing, kind, name, formIndex, onError });
    this.#feeds[kind].set(name, feed);
    const log = this.#logOf(feed);
    const channel = this.#channelOf(log, name);
    const polls = new LongPolls(log, streams, settings);
    this.#closing.push(() => polls.close());
    return { channel, polls };
  }

  /** The notifications of every affordance of a kind so far; undefined where there is none. */
  wholeStream(kind: Kind, gate: Gate): WholeStream | undefined {
    const feeds = this.#feeds[kind];
    if (feeds.size === 0) return undefined;
    const merged = new MergedFeed(feeds, (error) => this.#failed(kind, error));
    const channel = this.#channelOf(this.#logOf(merged), kind);
    return { channel, kind, names: [...feeds.keys()], gate };
  }

  close(): void {
    for (const close of this.#closing) close();
  }

  #logOf(feed: Feed): NotificationLog {
    const log = new NotificationLog(feed, this.#context.settings);
    this.#closing.push(() => log.close());
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
