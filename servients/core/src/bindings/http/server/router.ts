import { HttpProtocolError } from "../errors";
import { type Found, found, type Resource } from "./exchange";

/** Encodes a Thing's path, `fog-wifi/wifi 1` → `/fog-wifi/wifi%201`. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((segment) => `/${encodeURIComponent(segment)}`)
    .join("");
}

/** What lives at a path and below. */
export interface Mounted {
  /** @param below the rest of the path, as advertised: "" or `/properties/temperature` */
  find(below: string): Found | undefined;
}

/** Longest rest of a Thing's path: `/actions/<name>/<invocation>`. */
const DEEPEST = 3;

/**
 * Path → resource. A Thing is one entry, whatever it has: a thousand Things have tens of thousands of
 * paths.
 */
export class Router {
  readonly #resources = new Map<string, Found>();
  readonly #mounted = new Map<string, Mounted>();

  /** @param path encoded */
  add(path: string, resource: Resource): void {
    this.#resources.set(path, found(resource, undefined));
  }

  /** @param path encoded */
  mount(path: string, mounted: Mounted): void {
    this.#mounted.set(path, mounted);
  }

  unmount(path: string): void {
    this.#mounted.delete(path);
  }

  /** Whether the path is taken. */
  has(path: string): boolean {
    return this.#resources.has(path) || this.#mounted.has(path);
  }

  clear(): void {
    this.#resources.clear();
    this.#mounted.clear();
  }

  /**
   * The paths the forms advertise are found as they come.
   * @throws HttpProtocolError when the path is not well encoded
   */
  find(path: string): Found | undefined {
    return this.#at(path) ?? this.#at(canonical(path));
  }

  #at(path: string): Found | undefined {
    const fixed = this.#resources.get(path);
    if (fixed) return fixed;
    // Affordances are asked for most: two segments below their Thing.
    let at = path.lastIndexOf("/", path.lastIndexOf("/") - 1);
    const first = at > 0 ? this.#mounted.get(path.slice(0, at))?.find(path.slice(at)) : undefined;
    if (first) return first;
    at = path.length;
    for (let depth = 0; depth <= DEEPEST && at > 0; depth++) {
      const resource = this.#mounted.get(path.slice(0, at))?.find(path.slice(at));
      if (resource) return resource;
      at = path.lastIndexOf("/", at - 1);
    }
    return undefined;
  }
}

/** Another spelling of the same path (`%7E` for `~`, a slash at the end) → the one advertised. */
function canonical(path: string): string {
  try {
    const segments = path
      .split("/")
      .map((segment) => encodeURIComponent(decodeURIComponent(segment)));
    const joined = segments.join("/");
    return joined.length > 1 && joined.endsWith("/") ? joined.slice(0, -1) : joined;
  } catch (cause) {
    throw new HttpProtocolError(400, "the path is not well encoded", { cause });
  }
}
