import type { JsonObject } from "../json/json";

/** A context in force, as the processor hands it to us. */
export interface ActiveContext {
  readonly mappings: ReadonlyMap<string, unknown>;
}

type Processed = WeakMap<ActiveContext, unknown>;

const byDocument = new WeakMap<object, Processed>();

/** Results of one context document upon others: forgotten when the document or the other is. */
export function processedWith(document: object): Processed {
  let processed = byDocument.get(document);
  if (!processed) {
    processed = new WeakMap();
    byDocument.set(document, processed);
  }
  return processed;
}

/** Things of one kind name the same prefixes: so many such lists are kept, of at most so many characters. */
const MOST_KEPT = 50;
const MOST_CHARACTERS = 2_000;

const kept = new Map<string, JsonObject>();
const sharedOf = new WeakMap<object, JsonObject>();

/** One object for all contexts that say the same, so that what it yields is found again. */
export function shared(context: JsonObject): JsonObject {
  const before = sharedOf.get(context);
  if (before) return before;
  const one = keep(context);
  sharedOf.set(context, one);
  return one;
}

function keep(context: JsonObject): JsonObject {
  const text = JSON.stringify(context);
  if (text.length > MOST_CHARACTERS) return context;
  const one = kept.get(text) ?? (JSON.parse(text) as JsonObject);
  // Set anew, it is the youngest: the one longest unused goes first.
  kept.delete(text);
  kept.set(text, one);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return one;
}
