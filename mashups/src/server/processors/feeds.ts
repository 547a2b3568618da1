import { type ChainProcessor, sourceOfFeed } from "@fogwot/wasm";
import { type FeedSource, ThingFeed, type ThingFeedOptions } from "./thing-feed";

export type FeedsOptions = Omit<ThingFeedOptions, "source" | "onData">;

/** What the chain listens to, and no more. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #idOf: (thing: string) => string;
  readonly #onData: (source: string, data: unknown) => void;
  readonly #feeds = new Map<string, ThingFeed>();

  constructor(
    options: FeedsOptions,
    idOf: (thing: string) => string,
    onData: (source: string, data: unknown) => void,
  ) {
    this.#options = options;
    this.#idOf = idOf;
    this.#onData = onData;
  }

  arrange(chain: readonly ChainProcessor[]): void {
    const wanted = new Map(chain.flatMap((processor) => sourcesOf(processor, this.#idOf)));
    for (const [source, feed] of this.#feeds) {
      if (wanted.has(source)) continue;
      this.#feeds.delete(source);
      void feed.stop();
    }
    for (const [key, source] of wanted) {
      if (this.#feeds.has(key)) continue;
      const onData = (data: unknown): void => this.#onData(key, data);
      const feed = new ThingFeed({ ...this.#options, source, onData });
      this.#feeds.set(key, feed);
      feed.start();
    }
  }

  async stop(): Promise<void> {
    const all = [...this.#feeds.values()];
    this.#feeds.clear();
    await Promise.all(all.map((feed) => feed.stop()));
  }
}

function sourcesOf(
  { from }: ChainProcessor,
  idOf: (thing: string) => string,
): (readonly [string, FeedSource])[] {
  return from.flatMap((feed) => {
    if (!("thing" in feed)) return [];
    const thingId = idOf(feed.thing);
    const source: FeedSource =
      "event" in feed
        ? { thingId, kind: "event", name: feed.event }
        : { thingId, kind: "property", name: feed.property };
    return [[sourceOfFeed(feed), source] as const];
  });
}
