import type { JsonObject } from "../../json/json";

/** The namespaces that the vocabularies of TD 1.1 speak of. */
export const NAMESPACES = {
  td: "https://www.w3.org/2019/wot/td#",
  jsonschema: "https://www.w3.org/2019/wot/json-schema#",
  wotsec: "https://www.w3.org/2019/wot/security#",
  hctl: "https://www.w3.org/2019/wot/hypermedia#",
  tm: "https://www.w3.org/2019/wot/tm#",
  discovery: "https://www.w3.org/2021/wot/discovery#",
  htv: "http://www.w3.org/2011/http#",
  dct: "http://purl.org/dc/terms/",
  schema: "http://schema.org/",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
} as const;

export type Prefix = keyof typeof NAMESPACES;

/** The content of one JSON-LD `@context`. */
export type Context = Readonly<JsonObject>;

export function prefixes(...names: readonly Prefix[]): Context {
  return Object.fromEntries(names.map((name) => [name, NAMESPACES[name]]));
}

/** Terms that are spelt as in their IRI: `minimum` → `jsonschema:minimum`. */
export function spelt(prefix: Prefix, names: readonly string[], coercion: Context = {}): Context {
  return Object.fromEntries(
    names.map((name) => [name, { "@id": `${prefix}:${name}`, ...coercion }]),
  );
}

/** A term with an IRI of its own, and what its values are. */
export function term(iri: string, coercion: Context = {}): Context {
  return { "@id": iri, ...coercion };
}

/** The value is a node of its own, or the IRI of one. */
export const NODE: Context = { "@type": "@id" };
export const SET: Context = { "@container": "@set" };
export const LANGUAGE_MAP: Context = { "@container": "@language" };

/** A map by name: the name becomes a member of what it names. */
export function named(by: string): Context {
  return { "@container": "@index", "@index": by };
}

export function typed(type: string): Context {
  return { "@type": type };
}

/** Human-readable texts: `title` is English by itself, `titles` says the language of each. */
export const TEXTS: Context = {
  title: term("td:title", { "@language": "en" }),
  titles: term("td:titleInLanguage", LANGUAGE_MAP),
  description: term("td:description", { "@language": "en" }),
  descriptions: term("td:descriptionInLanguage", LANGUAGE_MAP),
};
