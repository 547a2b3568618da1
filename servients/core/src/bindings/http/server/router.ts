import { HttpProtocolError } from "../errors";
import type { Resource } from "./exchange";

/** Encodes a Thing's path, `fog-wifi/wifi 1` → `/fog-wifi/wifi%201`. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((segment) => `/${encodeURIComponent(segment)}`)
    .join("");
}

/** What lives below a path, by the last segment, decoded. */
export type Children = (segment: string) => Resource;

/** Path → resource. The paths the forms advertise are found by one lookup of the raw text. */
export class Router {
  readonly #resources = new Map<string, Resource | (() => Resource)>();
  readonly #children = new Map<string, Children>();
  readonly #owned = new Map<string, string[]>();

  /**
   * @param path encoded
   * @param owner the Thing's id
   * @param resource or what makes it: of a thousand Things most affordances are never asked for
   */
  add(path: string, owner: string, resource: Resource | (() => Resource)): void {
    this.#resources.set(path, resource);
    this.#own(path, owner);
  }

  /** @param path encoded, of what the children live directly below */
  addChildren(path: string, owner: string, children: Children): void {
    this.#children.set(path, children);
    this.#own(path, owner);
  }

  has(path: string): boolean {
    return this.#resources.has(path);
  }

  remove(owner: string): void {
    for (const path of this.#owned.get(owner) ?? []) {
      this.#resources.delete(path);
      this.#children.delete(path);
    }
    this.#owned.delete(owner);
  }

  clear(): void {
    this.#resources.clear();
    this.#children.clear();
    this.#owned.clear();
  }

  /** @throws HttpProtocolError when the path is not well encoded */
  find(path: string): Resource | undefined {
    const found = this.#made(path);
    if (found) return found;
    const wanted = canonical(path);
    return this.#made(wanted) ?? this.#child(wanted);
  }

  #made(path: string): Resource | undefined {
    const found = this.#resources.get(path);
    if (typeof found !== "function") return found;
    const made = found();
    this.#resources.set(path, made);
    return made;
  }

  #child(path: string): Resource | undefined {
    const slash = path.lastIndexOf("/");
    const segment = decodeURIComponent(path.slice(slash + 1));
    return this.#children.get(path.slice(0, slash))?.(segment);
  }

  #own(path: string, owner: string): void {
    const paths = this.#owned.get(owner);
    if (paths) paths.push(path);
    else this.#owned.set(owner, [path]);
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
