import type { ExposedThing } from "@node-wot/core";
import { NotFoundError } from "../../../errors";
import type { AffordanceFolder } from "../../../security";
import { isAsynchronous } from "../../actions";
import { AffordanceFeed } from "../../feed";
import { MergedFeed } from "../../merged-feed";
import { JSON_TYPE } from "../../payload";
import type { FormIndexes, TypeIndexes } from "./forms";
import type { TransportName } from "./peer";

export interface ThingEntryOptions {
  readonly thing: ExposedThing;
  /** Path segments joined by slashes, percent-free. */
  readonly path: string;
  /** Where its forms are; a transport it has no forms for is left out. */
  readonly urls: Readonly<Partial<Record<TransportName, string>>>;
  /** By `<kind>/<name>`. */
  readonly forms: ReadonlyMap<string, FormIndexes>;
  /** Query parameter with the names of the properties to read. */
  readonly namesParameter: string;
  readonly onFeedError: (error: unknown) => void;
}

/** Kinds of affordance that notify. */
export type FeedKind = "properties" | "events";

/** One exposed Thing as this binding serves it. */
export class ThingEntry {
  readonly thing: ExposedThing;
  readonly path: string;
  readonly namesParameter: string;
  /** Lets go of the Thing's asynchronous actions. */
  release: () => void = () => undefined;
  readonly #options: ThingEntryOptions;
  readonly #feeds = new Map<string, AffordanceFeed>();
  readonly #merged = new Map<FeedKind, MergedFeed>();

  constructor(options: ThingEntryOptions) {
    this.thing = options.thing;
    this.path = options.path;
    this.namesParameter = options.namesParameter;
    this.#options = options;
  }

  /** The Thing's URL as it stands in the forms of the client's transport. */
  urlFor(transport: TransportName): string {
    const { urls } = this.#options;
    return urls[transport] ?? urls.tls ?? urls.udp ?? "";
  }

  /** @throws NotFoundError */
  forms(kind: AffordanceFolder, name: string): FormIndexes {
    const forms = this.#options.forms.get(`${kind}/${name}`);
    if (!forms) throw new NotFoundError(`${this.path}/${kind}/${name}`);
    return forms;
  }

  get readable(): string[] {
    return this.#propertiesWith(({ read }) => read.json >= 0);
  }

  get writable(): string[] {
    return this.#propertiesWith(({ write }) => write >= 0);
  }

  /** Names of what notifies. */
  notifying(kind: FeedKind): string[] {
    return kind === "events"
      ? Object.keys(this.thing.events)
      : this.#propertiesWith(({ observe }) => observe.json >= 0);
  }

  get asynchronousActions(): string[] {
    return Object.keys(this.thing.actions).filter((name) => isAsynchronous(this.thing, name));
  }

  /** The one feed of an affordance that all its observers of a media type share. */
  feed(kind: FeedKind, name: string, type: string): AffordanceFeed {
    const key = `${kind}/${name} ${type}`;
    let feed = this.#feeds.get(key);
    if (!feed) {
      feed = new AffordanceFeed({
        thing: this.thing,
        kind,
        name,
        formIndex: indexOf(this.forms(kind, name).observe, type),
        onError: this.#options.onFeedError,
      });
      this.#feeds.set(key, feed);
    }
    return feed;
  }

  /** Every notification of a kind, in JSON. */
  wholeFeed(kind: FeedKind): MergedFeed {
    let merged = this.#merged.get(kind);
    if (!merged) {
      const names = this.notifying(kind);
      const feeds = new Map(names.map((name) => [name, this.feed(kind, name, JSON_TYPE)]));
      merged = new MergedFeed(feeds, this.#options.onFeedError);
      this.#merged.set(kind, merged);
    }
    return merged;
  }

  #propertiesWith(holds: (forms: FormIndexes) => boolean): string[] {
    return Object.keys(this.thing.properties).filter((name) =>
      holds(this.forms("properties", name)),
    );
  }
}

/** The form that has a media type. */
export function indexOf({ json, cbor }: TypeIndexes, type: string): number {
  return type === JSON_TYPE ? json : cbor;
}
