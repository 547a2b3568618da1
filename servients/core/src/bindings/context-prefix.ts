import type { ExposedThing } from "@node-wot/core";

/**
 * Declares the prefix of a binding's terms in a Thing's context, unless it is declared there: terms
 * that cannot be expanded say nothing (TD 1.1, section 7).
 */
export function declarePrefix(thing: ExposedThing, prefix: string, namespace: string): void {
  const holder = thing as unknown as { "@context"?: unknown };
  const entries = [holder["@context"] ?? []].flat();
  const isDeclared = entries.some(
    (entry) => typeof entry === "object" && entry !== null && prefix in entry,
  );
  if (!isDeclared) holder["@context"] = [...entries, { [prefix]: namespace }];
}
