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

  /** Our read forms' indexes by property name. */
  readable(): [name: string, formIndex: number][] {
    return Object.keys(this.thing.properties).flatMap((name) => {
      const { read } = this.forms("properties", name);
      return read >= 0 ? [[name, read] as [string, number]] : [];
    });
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

/** An affordance as a path names it. */
export interface AffordanceRoute {
  readonly kind: AffordanceKind;
  readonly entry: ThingEntry;
  readonly name: string;
}

/** Which resource a path names. */
export type Route =
  | { readonly kind: "root" }
  | { readonly kind: "core" }
  | { readonly kind: "description"; readonly entry: ThingEntry }
  | { readonly kind: "all-properties"; readonly entry: ThingEntry }
  | AffordanceRoute;

const KINDS: ReadonlySet<string> = new Set<AffordanceKind>(["properties", "actions", "events"]);

/** The exposed Things, by path. */
export class Things {
  readonly #entries = new Map<string, ThingEntry>();

  all(): IterableIterator<ThingEntry> {
    return this.#entries.values();
  }

  add(entry: ThingEntry): void {
    this.#entries.set(entry.path, entry);
  }

  /** The path itself, or with a number where another Thing has it already. */
  freePath(wanted: string): string {
    let path = wanted;
    for (let n = 2; this.#entries.has(path); n++) path = `${wanted}-${n}`;
    return path;
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
    const kind = path[path.length - 2];
    const last = path[path.length - 1];
    if (kind !== undefined && last !== undefined && KINDS.has(kind)) {
      const entry = this.#entries.get(path.slice(0, -2).join("/"));
      if (entry) return { kind: kind as AffordanceKind, entry, name: last };
    }
    const text = path.join("/");
    const described = this.#entries.get(text);
    if (described) return { kind: "description", entry: described };
    if (text === "") return { kind: "root" };
    if (text === ".well-known/core") return { kind: "core" };
    const all = last === "properties" && this.#entries.get(path.slice(0, -1).join("/"));
    if (all) return { kind: "all-properties", entry: all };
    throw new NotFoundError(`/${text}`);
  }
}
