import { ThingModelError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import { mergePatch, overlay, setMember } from "../json/merge-patch";
import { atPointer, formatPointer } from "../json/pointer";
import { asArray, contextNeededBy, unite, uniteContexts } from "./contexts";

/** A Thing Model and the name it was found under (file path or URI), against which links resolve. */
export interface LoadedModel {
  readonly source: string;
  readonly model: JsonObject;
}

/** Finds the model a link or reference names, seen from another one. Throws ThingModelError. */
export type LoadModel = (href: string, from: string) => LoadedModel;

/**
 * Resolves `tm:extends` and `tm:ref`, transitively: the result stands for itself. `@context`, `@type`
 * and `links` are united with those inherited. What an extended model calls optional becomes required
 * where the extending one declares it again. The version is the model's own, never an extended one's.
 * Links to submodels are left out: `submodelsOf` follows them from the model they stand in.
 *
 * @see TD 1.1, sections 9.3.2 and 9.4
 * @throws ThingModelError for a model not found, a dangling pointer or a circle
 */
export function composeThingModel(loaded: LoadedModel, load: LoadModel): JsonObject {
  return new Composer(load).compose(loaded, []);
}

/** Resolves each model once, however many others extend or quote it. */
class Composer {
  readonly #load: LoadModel;
  readonly #composed = new Map<string, JsonObject>();

  constructor(load: LoadModel) {
    this.#load = load;
  }

  compose(loaded: LoadedModel, visited: readonly string[]): JsonObject {
    const { source } = loaded;
    if (visited.includes(source)) {
      throw new ThingModelError(source, "", `extends itself: ${[...visited, source].join(" → ")}`);
    }
    const before = this.#composed.get(source);
    if (before) return before;
    const composed = this.#composeAnew(loaded, [...visited, source]);
    this.#composed.set(source, composed);
    return composed;
  }

  #composeAnew({ source, model }: LoadedModel, chain: readonly string[]): JsonObject {
    const composeOther = (href: string) => this.compose(this.#load(href, source), chain);
    const own = { ...model };
    let inherited: JsonObject | undefined;
    for (const href of extendedModels(model)) {
      const base = composeOther(href);
      inherited = inherited ? extend(inherited, base, source) : base;
    }
    if (Array.isArray(model.links)) own.links = ownLinks(model);
    if (Array.isArray(own.links) && own.links.length === 0) delete own.links;

    const extendBase = (document: JsonObject): JsonObject =>
      inherited ? extend(inherited, document, source) : document;
    const resolver = new ReferenceResolver(source, extendBase(own), composeOther);
    const result = extendBase(resolver.resolve(own, []) as JsonObject);
    if (inherited && model.version === undefined) delete result.version;
    const imported = resolver.contexts;
    if (imported.length > 0) {
      result["@context"] = uniteContexts(result["@context"], imported, source);
    }
    return result;
  }
}

function extendedModels(model: JsonObject): string[] {
  return linksOf(model).flatMap((link) =>
    link.rel === "tm:extends" && typeof link.href === "string" ? [link.href] : [],
  );
}

function ownLinks(model: JsonObject): JsonObject[] {
  return linksOf(model).filter(({ rel }) => rel !== "tm:extends" && rel !== "tm:submodel");
}

function linksOf(model: JsonObject): JsonObject[] {
  return Array.isArray(model.links) ? model.links.filter(isObject) : [];
}

function extend(base: JsonObject, own: JsonObject, source: string): JsonObject {
  const result = overlay(base, own) as JsonObject;
  const united = {
    "@context": uniteContexts(base["@context"], own["@context"], source),
    "@type": unite(base["@type"], own["@type"]),
    links: unite(base.links, own.links),
  };
  for (const [name, all] of Object.entries(united)) if (all.length > 0) result[name] = all;
  const declared = new Set<string>();
  for (const kind of ["properties", "actions", "events"]) {
    const affordances = own[kind];
    if (!isObject(affordances)) continue;
    for (const name of Object.keys(affordances)) declared.add(formatPointer([kind, name]));
  }
  const optional = unite(
    asArray(base["tm:optional"]).filter((pointer) => !declared.has(String(pointer))),
    own["tm:optional"],
  );
  if (optional.length > 0) result["tm:optional"] = optional;
  else delete result["tm:optional"];
  return result;
}

/** A definition that quotes another twice, which quotes another twice … grows beyond all bounds. */
const MOST_VALUES = 100_000;

class ReferenceResolver {
  readonly #source: string;
  readonly #document: JsonObject;
  readonly #loadComposed: (href: string) => JsonObject;
  /** What the definitions of other documents depend on. */
  readonly contexts: unknown[] = [];
  /** References being followed now: meeting one again is a circle. */
  readonly #open = new Set<string>();
  #resolved = 0;

  constructor(source: string, document: JsonObject, loadComposed: (href: string) => JsonObject) {
    this.#source = source;
    this.#document = document;
    this.#loadComposed = loadComposed;
  }

  resolve(value: unknown, path: readonly (string | number)[]): unknown {
    this.#resolved += 1;
    if (this.#resolved > MOST_VALUES) {
      const at = formatPointer(path);
      throw new ThingModelError(
        this.#source,
        at,
        `references yield more than ${MOST_VALUES} values`,
      );
    }
    if (Array.isArray(value)) return value.map((item, i) => this.resolve(item, [...path, i]));
    if (!isObject(value)) return value;
    const { "tm:ref": reference, ...rest } = value;
    const members: JsonObject = {};
    for (const [key, member] of Object.entries(rest)) {
      setMember(members, key, this.resolve(member, [...path, key]));
    }
    if (reference === undefined) return members;
    return mergePatch(this.#follow(reference, path), members);
  }

  #follow(reference: unknown, path: readonly (string | number)[]): unknown {
    const at = formatPointer([...path, "tm:ref"]);
    const [, href, pointer] =
      typeof reference === "string" ? (/^([^#]*)#(.*)$/.exec(reference) ?? []) : [];
    if (href === undefined || pointer === undefined) {
      throw new ThingModelError(this.#source, at, "tm:ref must be <uri>#<JSON Pointer>");
    }
    const key = `${href}#${pointer}`;
    if (this.#open.has(key)) throw new ThingModelError(this.#source, at, `${key} refers to itself`);
    this.#open.add(key);
    try {
      const document = href === "" ? this.#document : this.#loadComposed(href);
      const target = atPointer(document, decodePointer(pointer));
      if (target === undefined) {
        throw new ThingModelError(this.#source, at, `nothing stands at ${key}`);
      }
      if (href === "") return this.resolve(target, path);
      this.contexts.push(...contextNeededBy(target, document["@context"]));
      return target;
    } finally {
      this.#open.delete(key);
    }
  }
}

function decodePointer(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // A pointer with a literal percent sign was never percent-encoded.
    return fragment;
  }
}
