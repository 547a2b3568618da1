import { InputError } from "@fogwot/core";
import type { Registration } from "./registration";

/** A Thing Description as JSON; the directory itself looks at `id` and `registration` only. */
export type DirectoryTd = Readonly<Record<string, unknown>> & { readonly id: string };

/** One registered Thing. */
export interface Entry {
  readonly td: DirectoryTd;
  readonly registration: Registration;
  /** TD and registration as JSON text, as it is served and saved. */
  readonly json: string;
}

export function createEntry(td: DirectoryTd, registration: Registration): Entry {
  return { td, registration, json: JSON.stringify({ ...td, registration }) };
}

/** The Thing Description as the directory serves it: with `registration`. */
export function enrich(entry: Entry): DirectoryTd {
  return { ...entry.td, registration: entry.registration };
}

/** The entries of a saved directory. @throws InputError, SyntaxError */
export function parseEntries(text: string): Entry[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list))
    throw new InputError({ path: "", got: typeof list, wanted: "an array" });
  return list.map((item: unknown, index) => {
    const { registration, ...td } = (item ?? {}) as Record<string, unknown>;
    if (typeof td.id !== "string" || !isRegistration(registration)) {
      const wanted = "a Thing Description with id and registration";
      throw new InputError({ path: `/${index}`, got: item, wanted });
    }
    return createEntry({ ...td, id: td.id }, registration);
  });
}

function isRegistration(value: unknown): value is Registration {
  const { created, modified, expires } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    [created, modified].every((time) => Number.isFinite(Date.parse(String(time)))) &&
    (expires === undefined || Number.isFinite(Date.parse(String(expires))))
  );
}

/** Order of W3C's directory listing; JavaScript's own order is that of UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
