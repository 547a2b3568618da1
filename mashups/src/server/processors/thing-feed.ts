import type { Clock, Logger } from "@fogwot/core";
import type * as WoT from "wot-typescript-definitions";
import type { Directory } from "../../directory";

/** An event or a property of a Thing. */
export interface FeedSource {
  /** Of the directory. */
  readonly thingId: string;
  readonly kind: "event" | "property";
  readonly name: string;
}

export interface ThingFeedOptions {
  readonly source: FeedSource;
  readonly wot: Pick<typeof WoT, "consume">;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onData: (data: unknown) => void;
}

const RETRY_MS = 1_000;

/**
 * Listens to one affordance of a Thing for as long as it is wanted: from when the Thing is in the
 * directory, again after the Thing was away, and anew when it is described otherwise.
 */
export class ThingFeed {
  readonly #options: ThingFeedOptions;
  #leaveDirectory: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #subscription: Promise<WoT.Subscription | undefined> | undefined;
  /** What the subscription was made of. */
  #described = "";

  constructor(options: ThingFeedOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#leaveDirectory) return;
    const { directory, source } = this.#options;
    this.#leaveDirectory = directory.onChange(({ id }) => {
      if (id === source.thingId) this.#follow();
    });
    this.#follow();
  }

  async stop(): Promise<void> {
    this.#leaveDirectory?.();
    this.#leaveDirectory = undefined;
    this.#cancelRetry?.();
    this.#described = "";
    await this.#unsubscribe();
  }

  /** Another lifetime or state in the directory is no reason to subscribe anew. */
  #follow(): void {
    const { directory, source } = this.#options;
    const td = directory.get(source.thingId) as Described | undefined;
    const affordances = source.kind === "event" ? td?.events : td?.properties;
    const described = td ? JSON.stringify([td.base, td.security, affordances?.[source.name]]) : "";
    if (described === this.#described) return;
    this.#described = described;
    void this.#unsubscribe();
    if (td) this.#subscribe(td);
  }

  #subscribe(td: Described): void {
    const { wot, source, log, onData } = this.#options;
    const mark = this.#described;
    const isCurrent = (): boolean => this.#leaveDirectory !== undefined && this.#described === mark;
    const onError = (error: unknown): void => {
      if (!isCurrent()) return;
      log.debug({ ...source, err: error }, "not fed, trying on");
      this.#retry();
    };
    const listen = (output: WoT.InteractionOutput): void => {
      output.value().then((data) => {
        if (isCurrent()) onData(data);
      }, onError);
    };
    this.#subscription = (async () => {
      const thing = await wot.consume(td as unknown as WoT.ThingDescription);
      return source.kind === "event"
        ? thing.subscribeEvent(source.name, listen, onError)
        : thing.observeProperty(source.name, listen, onError);
    })().catch((error: unknown) => {
      onError(error);
      return undefined;
    });
  }

  #retry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.schedule(RETRY_MS, () => {
      this.#described = "";
      this.#follow();
    });
  }

  async #unsubscribe(): Promise<void> {
    const before = this.#subscription;
    this.#subscription = undefined;
    try {
      await (await before)?.stop();
    } catch (error) {
      // The Thing is away: it has forgotten us, or will.
      this.#options.log.debug({ ...this.#options.source, err: error }, "not unsubscribed");
    }
  }
}

interface Described {
  readonly base?: unknown;
  readonly security?: unknown;
  readonly events?: Readonly<Record<string, unknown>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}
