import { ExpansionLimitError, JsonLdError, RemoteContextError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import { ContextResolver } from "./context-resolver";
import { knownContexts } from "./contexts";
import { checkLimits, DEFAULT_LIMITS, type ExpandLimits } from "./limits";
import { type JsonLdEvent, jsonLdProcessor } from "./processor";

export interface ExpandOptions {
  /** Further contexts by URL, each a document with `@context`. Nothing is ever fetched. */
  readonly contexts?: Readonly<Record<string, JsonObject>>;
  /**
   * A context that is not at hand makes the document unreadable ("refuse"), or leaves its terms
   * unknown ("ignore": enough to search by what is left). @default "refuse"
   */
  readonly unknownContexts?: "refuse" | "ignore";
  readonly limits?: Partial<ExpandLimits>;
}

/** A document with every name written out. */
export interface Expansion {
  /** Expanded JSON-LD: names and types are absolute IRIs, values are objects in arrays. */
  readonly nodes: readonly JsonObject[];
  /** Members and values that have no meaning in the graph. Empty: all of the document is in it. */
  readonly dropped: readonly DroppedMember[];
  /** URLs of the contexts that were ignored. */
  readonly unknownContexts: readonly string[];
}

export interface DroppedMember {
  /** Name or value, as the document spells it. */
  readonly name: string;
  /** `invalid property`, `relative @type reference`: a code of the JSON-LD processor. */
  readonly reason: string;
}

/**
 * JSON-LD 1.1 expansion of a Thing Description or Thing Model, with the contexts of this package.
 *
 * @throws RemoteContextError, ExpansionLimitError, JsonLdError
 * @see https://www.w3.org/TR/json-ld11-api/#expansion
 */
export async function expand(document: object, options: ExpandOptions = {}): Promise<Expansion> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  checkLimits(document, limits);
  const contextResolver = new ContextResolver({
    contexts: options.contexts ?? {},
    ignoresUnknown: options.unknownContexts === "ignore",
    work: limits.contextWork,
  });
  const losses = new Losses();
  try {
    const nodes = await jsonLdProcessor().expand(document, {
      contextResolver,
      documentLoader: refuse,
      eventHandler: ({ event }) => losses.note(event),
    });
    return { nodes, dropped: losses.dropped, unknownContexts: [...contextResolver.unknown] };
  } catch (thrown) {
    throw contextResolver.refusal ?? typedError(thrown, limits.depth);
  }
}

/** Never asked, as long as contexts are resolved here. */
function refuse(url: string): Promise<never> {
  return Promise.reject(new RemoteContextError(url, knownContexts()));
}

/** What the processor lets go, told once each; a hostile document gets no endless list. */
class Losses {
  readonly dropped: DroppedMember[] = [];
  readonly #seen = new Set<string>();

  note({ code, details = {} }: JsonLdEvent): void {
    if (!LOSSES.has(code)) return;
    const name = String(nameIn(details)).slice(0, MOST_CHARACTERS);
    const key = `${code} ${name}`;
    if (this.#seen.has(key) || this.dropped.length >= MOST_TOLD) return;
    this.#seen.add(key);
    this.dropped.push({ name, reason: code });
  }
}

const MOST_TOLD = 100;
const MOST_CHARACTERS = 200;
const LOSSES = new Set([
  "free-floating scalar",
  "invalid property",
  "relative @type reference",
  "relative @vocab reference",
  "reserved term",
  "reserved @id value",
  "reserved @reverse value",
  "object with only @language",
  "object with only @list",
  "object with only @value",
  "null @id value",
  "invalid @language value",
]);

function nameIn(details: Readonly<Record<string, unknown>>): unknown {
  const { property, type, term, id, reverse, language, value, vocab } = details;
  const name = property ?? type ?? term ?? id ?? reverse ?? language ?? vocab ?? value;
  return typeof name === "object" ? JSON.stringify(name) : name;
}

function typedError(thrown: unknown, depth: number): unknown {
  // A document within the limit of depth cannot exhaust the stack; contexts in contexts might.
  if (thrown instanceof RangeError)
    return new ExpansionLimitError("depth", depth, { cause: thrown });
  const fault = thrown as { readonly name?: unknown; readonly details?: unknown };
  if (typeof fault?.name !== "string" || !fault.name.startsWith("jsonld.")) return thrown;
  const details = isObject(fault.details) ? fault.details : {};
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new JsonLdError(String(details.code ?? fault.name), message, { cause: thrown });
}
