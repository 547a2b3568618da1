import type { ExposedThing } from "@node-wot/core";
import { NotFoundError } from "../../../errors";
import { AffordanceFeed } from "../../feed";
import type { AffordanceKind, FormIndexes } from "./forms";

/** One exposed Thing as this binding serves it. */
export class ThingEntry {
  readonly thing: ExposedThing;
  /** Path segments joined by slashes, percent-free. */
  readonly path: string;
  readonly url: string;
  readonly #forms: ReadonlyMap<string, FormIndexes>;
  readonly #feeds = new Map<string, AffordanceFeed>();
  readonly #onFeedError: (error: unknown) => void;

  constructor(settings: {
    thing: ExposedThing;
    path: string;
    url: string;
    forms: ReadonlyMap<string, FormIndexes>;
    onFeedError: (error: unknown) => void;
  }) {
    this.thing = settings.thing;
    this.path = settings.path;
    this.url = settings.url;
    this.#forms = settings.forms;
    this.#onFeedError = settings.onFeedError;
  }

  /** @throws NotFoundError */
  forms(kind: AffordanceKind, name: string): FormIndexes {
    const forms = this.#forms.get(`${kind}/${name}`);
    if (!forms) throw new NotFoundError(`${this.path}/${kind}/${name}`);
    return forms;
  }

  /** The one feed of an affordance that all its observers share. */
  feed(kind: "properties" | "events", name: string): AffordanceFeed {
    const key = `${kind}/${name}`;
    let feed = this.#feeds.get(key);
    if (!feed) {
      feed = new AffordanceFeed({
        thing: this.thing,
        kind,
        name,
        formIndex: this.forms(kind, name).observe,
        onError: this.#onFeedError,
      });
      this.#feeds.set(key, feed);
    }
    return feed;
  }
}

/** Which resource a path names. */
export type Route =
  | { readonly kind: "root" }
  | { readonly kind: "core" }
  | { readonly kind: "description"; readonly entry: ThingEntry }
  | { readonly kind: AffordanceKind; readonly entry: ThingEntry; readonly name: string };

const KINDS: ReadonlySet<string> = new Set<AffordanceKind>(["properties", "actions", "events"]);

/** The exposed Things, by path. */
export class Things {
  readonly #entries = new Map<string, ThingEntry>();

  all(): IterableIterator<ThingEntry> {
    return this.#entries.values();
  }

  /** The entry that stood at the same path before, if any, is returned. */
  add(entry: ThingEntry): ThingEntry | undefined {
    const previous = this.#entries.get(entry.path);
    this.#entries.set(entry.path, entry);
    return previous;
  }

  remove(thingId: string): ThingEntry | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.thing.id !== thingId) continue;
      this.#entries.delete(entry.path);
      return entry;
    }
    return undefined;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** @throws NotFoundError */
  route(path: readonly string[]): Route {
    const affordance = this.#affordance(path);
    if (affordance) return affordance;
    const text = path.join("/");
    if (text === "") return { kind: "root" };
    if (text === ".well-known/core") return { kind: "core" };
    const entry = this.#entries.get(text);
    if (entry) return { kind: "description", entry };
    throw new NotFoundError(`/${text}`);
  }

  #affordance(path: readonly string[]): Route | undefined {
    const kind = path[path.length - 2];
    const name = path[path.length - 1];
    if (kind === undefined || name === undefined || !KINDS.has(kind)) return undefined;
    const entry = this.#entries.get(path.slice(0, -2).join("/"));
    return entry && { kind: kind as AffordanceKind, entry, name };
  }
}
