import type { ExposedThing } from "@node-wot/core";
import type { Logger } from "../../../log";
import type { NotifyingKind } from "../../emissions";
import { AffordanceFeed, type Feed } from "../../feed";
import { MergedFeed } from "../../merged-feed";
import { LongPolls } from "../longpoll/long-polls";
import { NotificationLog } from "../notifications/log";
import type { HttpSettings } from "../options";
import type { Notifications } from "../routes/notifications";
import { Channel } from "../sse/channel";
import type { Streams } from "../sse/streams";
import type { ThingPlan } from "./thing-plan";

interface FeedContext {
  readonly thing: ExposedThing;
  readonly plan: Pick<ThingPlan, "notifying">;
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
  #made: Map<string, unknown> | undefined;
  #closing: ((thingIsGone: boolean) => void)[] | undefined;
  #closed = false;

  constructor(context: FeedContext) {
    this.#context = context;
  }

  /** Names of the affordances of a kind that notify. */
  notifying(kind: NotifyingKind): readonly string[] {
    return [...this.#context.plan.notifying[kind].keys()];
  }

  notifications(kind: NotifyingKind, name: string): ReturnType<Notifications> {
    return this.#once(`ways ${kind}/${name}`, () => {
      const log = this.#logOf(this.#feedOf(kind, name));
      const polls = new LongPolls(log, this.#context.streams, this.#context.settings);
      this.#onClose((thingIsGone) => polls.close(thingIsGone));
      return { channel: this.#channelOf(log, name), polls };
    });
  }

  /** The notifications of every affordance of a kind, as one event stream. */
  wholeChannel(kind: NotifyingKind): Channel {
    return this.#once(kind, () => {
      const feeds = this.notifying(kind).map((name) => [name, this.#feedOf(kind, name)] as const);
      const merged = new MergedFeed(new Map(feeds), (error) => this.#failed(kind, error));
      return this.#channelOf(this.#logOf(merged), kind);
    });
  }

  /** Ends every stream and poll. */
  close(thingIsGone: boolean): void {
    this.#closed = true;
    for (const close of this.#closing ?? []) close(thingIsGone);
  }

  /** One feed per affordance, whoever listens: the Thing is asked once. */
  #feedOf(kind: NotifyingKind, name: string): AffordanceFeed {
    return this.#once(`feed ${kind}/${name}`, () => {
      const { thing, plan } = this.#context;
      const formIndex = plan.notifying[kind].get(name) ?? 0;
      const onError = (error: unknown): void => this.#failed(name, error);
      return new AffordanceFeed({ thing, kind, name, formIndex, onError });
    });
  }

  #once<T>(key: string, make: () => T): T {
    this.#made ??= new Map();
    const known = this.#made.get(key) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  #onClose(close: (thingIsGone: boolean) => void): void {
    this.#closing ??= [];
    this.#closing.push(close);
  }

  #logOf(feed: Feed): NotificationLog {
    const log = new NotificationLog(feed, this.#context.settings);
    this.#onClose(() => log.close());
    // The Thing went while somebody was being let in.
    if (this.#closed) log.close();
    return log;
  }

  #channelOf(log: NotificationLog, name: string): Channel {
    const channel = new Channel(log, name, this.#context.streams);
    this.#onClose(() => channel.close());
    return channel;
  }

  #failed(name: string, err: unknown): void {
    this.#context.log.debug({ err, thing: this.#context.thing.id, name }, "feed");
  }
}
