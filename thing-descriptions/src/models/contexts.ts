import { ThingModelError } from "../errors";
import { isObject } from "../json/json";

/**
 * The `@context` of two documents that become one: each once, in order.
 *
 * @throws ThingModelError where a prefix means one thing here and another there: the terms of one
 *   document would silently change their meaning
 */
export function uniteContexts(first: unknown, second: unknown, source: string): unknown[] {
  const contexts = unite(first, second);
  const meanings = new Map<string, string>();
  for (const context of contexts) {
    if (!isObject(context)) continue;
    for (const [term, meaning] of Object.entries(context)) {
      // A keyword such as @language is a default, which the later document may change.
      if (term.startsWith("@")) continue;
      const text = JSON.stringify(meaning);
      const before = meanings.get(term) ?? text;
      if (before !== text) {
        throw new ThingModelError(
          source,
          "/@context",
          `"${term}" is ${before} in one document and ${text} in another`,
        );
      }
      meanings.set(term, text);
    }
  }
  return contexts;
}

/**
 * The part of a `@context` that a piece of its document depends on: contexts by URL, and of the others
 * the prefixes and terms that the piece uses.
 *
 * @see TD 1.1, section 9.3.2: a reference takes over dependencies too
 */
export function contextNeededBy(piece: unknown, context: unknown): unknown[] {
  const used = JSON.stringify(piece) ?? "";
  return asArray(context).flatMap((one) => {
    if (!isObject(one)) return [one];
    const needed = Object.entries(one).filter(
      ([term]) => used.includes(`"${term}:`) || used.includes(`"${term}"`),
    );
    return needed.length === 0 ? [] : [Object.fromEntries(needed)];
  });
}

/** The elements of both, each once. */
export function unite(first: unknown, second: unknown): unknown[] {
  const seen = new Set<string>();
  return [...asArray(first), ...asArray(second)].filter((item) => {
    const key = JSON.stringify(item);
    return !seen.has(key) && seen.add(key);
  });
}

export function asArray(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
