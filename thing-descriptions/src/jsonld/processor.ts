import type { JsonObject } from "../json/json";
import type { ContextResolver } from "./context-resolver";

/** What of the package `jsonld` we use. */
export interface JsonLdProcessor {
  expand(document: object, options: ExpandCall): Promise<JsonObject[]>;
}

interface ExpandCall {
  readonly contextResolver: ContextResolver;
  readonly documentLoader: (url: string) => Promise<never>;
  readonly eventHandler: (call: { readonly event: JsonLdEvent }) => void;
}

export interface JsonLdEvent {
  readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

let processor: JsonLdProcessor | undefined;

/** Loads the package when first needed: it costs 20 MB that most processes never use. */
export function jsonLdProcessor(): JsonLdProcessor {
  processor ??= require("jsonld") as JsonLdProcessor;
  return processor;
}
