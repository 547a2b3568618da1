import { HttpProtocolError } from "../errors";
import type { Resource } from "./exchange";

/** Encodes a Thing's path, `fog-wifi/wifi 1` → `/fog-wifi/wifi%201`. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((segment) => `/${encodeURIComponent(segment)}`)
    .join("");
}

/** Path → resource. The paths the forms advertise are found by one lookup of the raw text. */
export class Router {
  readonly #resources = new Map<string, Resource>();
  readonly #owned = new Map<string, string[]>();

  /** @param path encoded; @param owner the Thing's id */
  add(path: string, owner: string, resource: Resource): void {
    this.#resources.set(path, resource);
    const paths = this.#owned.get(owner);
    if (paths) paths.push(path);
    else this.#owned.set(owner, [path]);
  }

  has(path: string): boolean {
    return this.#resources.has(path);
  }

  remove(owner: string): void {
    for (const path of this.#owned.get(owner) ?? []) this.#resources.delete(path);
    this.#owned.delete(owner);
  }

  clear(): void {
    this.#resources.clear();
    this.#owned.clear();
  }

  /** @throws HttpProtocolError when the path is not well encoded */
  find(path: string): Resource | undefined {
    return this.#resources.get(path) ?? this.#resources.get(canonical(path));
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
