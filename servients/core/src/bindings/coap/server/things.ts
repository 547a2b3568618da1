import { NotFoundError, StartingError } from "../../../errors";
import type { AffordanceFolder } from "../../../security";
import { percentDecoded } from "../message";
import type { ThingEntry } from "./thing-entry";

/** An affordance as a path names it. */
export interface AffordanceRoute {
  readonly entry: ThingEntry;
  readonly name: string;
}

/** One invocation of an asynchronous action. */
export interface InvocationRoute extends AffordanceRoute {
  readonly id: string;
}

/** Which resource a path names. */
export type Route =
  | { readonly kind: "root" }
  | { readonly kind: "core" }
  | { readonly kind: "description"; readonly entry: ThingEntry }
  /** `/properties`, `/actions` or `/events` of a Thing. */
  | { readonly kind: "whole"; readonly folder: AffordanceFolder; readonly entry: ThingEntry }
  | ({ readonly kind: "invocation" } & InvocationRoute)
  | ({ readonly kind: AffordanceFolder } & AffordanceRoute);

const FOLDERS: ReadonlySet<string | undefined> = new Set<AffordanceFolder>([
  "properties",
  "actions",
  "events",
]);

/** The exposed Things, by path. */
export class Things {
  readonly #entries = new Map<string, ThingEntry>();
  readonly #paths = new Map<string, string>();
  readonly #isStarting: () => boolean;

  /** @param isStarting whether Things are still to come */
  constructor(isStarting: () => boolean = () => false) {
    this.#isStarting = isStarting;
  }

  all(): IterableIterator<ThingEntry> {
    return this.#entries.values();
  }

  add(entry: ThingEntry): void {
    this.#entries.set(entry.path, entry);
    this.#paths.set(entry.thing.id, entry.path);
  }

  /** The path itself, or with a number where another Thing has it already. */
  freePath(wanted: string): string {
    let path = wanted;
    for (let n = 2; this.#entries.has(path); n++) path = `${wanted}-${n}`;
    return path;
  }

  remove(thingId: string): ThingEntry | undefined {
    const path = this.#paths.get(thingId);
    if (path === undefined) return undefined;
    const entry = this.#entries.get(path);
    this.#paths.delete(thingId);
    this.#entries.delete(path);
    return entry;
  }

  clear(): void {
    this.#entries.clear();
    this.#paths.clear();
  }

  /** @throws NotFoundError, StartingError */
  route(path: readonly string[]): Route {
    const found = this.#affordance(path) ?? this.#thing(path) ?? this.#invocation(path);
    if (found) return found;
    const missing = `/${path.join("/")}`;
    throw this.#isStarting() ? new StartingError(missing) : new NotFoundError(missing);
  }

  #affordance(path: readonly string[]): Route | undefined {
    const kind = path[path.length - 2];
    const name = path[path.length - 1];
    if (name === undefined || !FOLDERS.has(kind)) return undefined;
    const entry = this.#entries.get(path.slice(0, -2).join("/"));
    return entry && affordance(entry, kind as AffordanceFolder, name);
  }

  #thing(path: readonly string[]): Route | undefined {
    const text = path.join("/");
    const described = this.#entries.get(text);
    if (described) return { kind: "description", entry: described };
    if (text === "") return { kind: "root" };
    if (text === ".well-known/core") return { kind: "core" };
    const folder = path[path.length - 1];
    if (!FOLDERS.has(folder)) return undefined;
    const entry = this.#entries.get(path.slice(0, -1).join("/"));
    return entry && { kind: "whole", folder: folder as AffordanceFolder, entry };
  }

  #invocation(path: readonly string[]): Route | undefined {
    const [kind, name, id] = path.slice(-3);
    if (kind !== "actions" || name === undefined || id === undefined) return undefined;
    const entry = this.#entries.get(path.slice(0, -3).join("/"));
    return entry && { ...affordance(entry, "actions", name), kind: "invocation", id };
  }
}

/**
 * Names are compared as they come, as RFC 7252 wants it; only one that the Thing does not know is
 * decoded, because node-wot's client leaves a URL's percent-encoding in the Uri-Path options.
 */
function affordance(entry: ThingEntry, kind: AffordanceFolder, segment: string) {
  const known = entry.thing[kind] ?? {};
  const decoded = percentDecoded(segment).toString();
  const name = !Object.hasOwn(known, segment) && Object.hasOwn(known, decoded) ? decoded : segment;
  return { kind, entry, name };
}
