import type { AffordanceFeed, Feed, NotificationListener } from "./feed";

/**
 * The notifications of several affordances as one sequence, in the order the Thing emitted them.
 */
export class MergedFeed implements Feed {
  readonly #feeds: ReadonlyMap<string, AffordanceFeed>;
  readonly #onError: (error: unknown) => void;
  #sequence = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(feeds: ReadonlyMap<string, AffordanceFeed>, onError: (error: unknown) => void) {
    this.#feeds = feeds;
    this.#onError = onError;
  }

  /** One refusal of a Thing's own subscribe handler refuses the whole. */
  async subscribe(listener: NotificationListener): Promise<() => void> {
    const leaving: (() => void)[] = [];
    const leave = (): void => {
      for (const one of leaving.splice(0)) one();
    };
    try {
      for (const [affordance, feed] of this.#feeds) {
        const take = this.#listenerFor(affordance, listener);
        leaving.push(await feed.tap(take));
      }
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  #listenerFor(affordance: string, listener: NotificationListener) {
    return (payload: Promise<{ type: string; body: Buffer }>): void => {
      const sequence = ++this.#sequence;
      this.#tail = this.#tail
        .then(async () => listener({ ...(await payload), sequence, affordance }))
        .catch((error: unknown) => this.#onError(error));
    };
  }
}
