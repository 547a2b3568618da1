import { ExpansionLimitError, JsonLdError, RemoteContextError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import { type ActiveContext, processedWith, shared } from "./context-cache";
import { canonical, knownContexts, standardContext } from "./contexts";

/** One context document, as the processor asks for it. */
export interface ResolvedContext {
  readonly document: JsonObject | null;
  /** What the document yields upon a context in force, where it was applied to that one before. */
  getProcessed(active: ActiveContext): unknown;
  setProcessed(active: ActiveContext, processed: unknown): void;
}

interface ResolverOptions {
  /** Further contexts by URL. */
  readonly contexts: Readonly<Record<string, JsonObject>>;
  readonly ignoresUnknown: boolean;
  /** How many terms may be copied or defined while contexts are applied. */
  readonly work: number;
}

const NOTHING: ResolvedContext = {
  document: null,
  getProcessed: () => undefined,
  setProcessed: () => undefined,
};

/**
 * Finds contexts for the processor: those of this package and those handed in, and no other.
 *
 * The processor's own resolver fetches, writes a context out as text to compare it at every form and
 * data schema, and lets a document of 30 kB with contexts within contexts run for minutes. This one
 * compares by identity, and ends when the work that was granted is used up.
 */
export class ContextResolver {
  /** URLs that were ignored. */
  readonly unknown = new Set<string>();
  /** Why a context was refused. The processor tells an error in a term's context as one of the term. */
  refusal: unknown;
  readonly #further: ReadonlyMap<string, JsonObject>;
  readonly #ignoresUnknown: boolean;
  readonly #granted: number;
  #work = 0;

  constructor({ contexts, ignoresUnknown, work }: ResolverOptions) {
    const entries = Object.entries(contexts);
    this.#further = new Map(entries.map(([url, document]) => [canonical(url), document]));
    this.#ignoresUnknown = ignoresUnknown;
    this.#granted = work;
  }

  /** Called by the processor wherever a context comes into force. */
  async resolve(call: { readonly context: unknown }): Promise<ResolvedContext[]> {
    try {
      const resolved = this.#resolve(call.context, []);
      return resolved.length > 0 ? resolved : [this.#of({})];
    } catch (error) {
      this.refusal ??= error;
      throw error;
    }
  }

  #resolve(context: unknown, opened: readonly string[]): ResolvedContext[] {
    if (Array.isArray(context)) return context.flatMap((one) => this.#resolve(one, opened));
    if (context === null) return [NOTHING];
    if (typeof context === "string") return this.#byUrl(context, opened);
    if (!isObject(context)) {
      throw new JsonLdError("invalid local context", `a context cannot be a ${typeof context}`);
    }
    const inner = context["@context"];
    return inner ? this.#resolve(inner, opened) : [this.#of(context)];
  }

  #byUrl(url: string, opened: readonly string[]): ResolvedContext[] {
    const name = canonical(url);
    if (opened.includes(name)) {
      throw new JsonLdError("recursive context inclusion", [...opened, name].join(" → "));
    }
    const document = this.#further.get(name) ?? standardContext(name);
    if (document) return this.#resolve(document, [...opened, name]);
    if (!this.#ignoresUnknown) {
      throw new RemoteContextError(url, [...knownContexts(), ...this.#further.keys()]);
    }
    this.unknown.add(url);
    return [];
  }

  #of(context: JsonObject): ResolvedContext {
    if (Object.hasOwn(context, "@import")) {
      // The processor keeps the result of an import where it would find it for others.
      throw new JsonLdError("invalid @import value", "contexts that import others are not read");
    }
    const document = shared(context);
    const processed = processedWith(document);
    return {
      document,
      getProcessed: (active) => {
        const before = processed.get(active);
        if (before === undefined) {
          this.#spend(active.mappings.size + Object.keys(document).length);
        }
        return before;
      },
      setProcessed: (active, result) => {
        processed.set(active, result);
      },
    };
  }

  #spend(terms: number): void {
    this.#work += terms;
    if (this.#work <= this.#granted) return;
    this.refusal ??= new ExpansionLimitError("contextWork", this.#granted);
    throw this.refusal;
  }
}
