import { ThingModelError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import { mergePatch, overlay, setMember } from "../json/merge-patch";
import { atPointer, formatPointer } from "../json/pointer";

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
 * where the extending one declares it again.
 *
 * @see TD 1.1, sections 10.3.2 and 10.4
 * @throws ThingModelError for a model not found, a dangling pointer or a circle
 */
export function composeThingModel(
  loaded: LoadedModel,
  load: LoadModel,
  visited: readonly string[] = [],
): JsonObject {
  const { source, model } = loaded;
  if (visited.includes(source)) {
    throw new ThingModelError(source, "", `extends itself: ${[...visited, source].join(" → ")}`);
  }
  const chain = [...visited, source];
  const own = { ...model };
  let inherited: JsonObject | undefined;
  for (const href of extendedModels(model)) {
    const base = composeThingModel(load(href, source), load, chain);
    inherited = inherited ? extend(inherited, base) : base;
  }
  if (inherited) own.links = ownLinks(model);
  if (Array.isArray(own.links) && own.links.length === 0) delete own.links;

  const whole = inherited ? extend(inherited, own) : own;
  const resolver = new ReferenceResolver(source, whole, (href) =>
    composeThingModel(load(href, source), load, chain),
  );
  const resolved = resolver.resolve(own, []) as JsonObject;
  return inherited ? extend(inherited, resolved) : resolved;
}

function extendedModels(model: JsonObject): string[] {
  return linksOf(model).flatMap((link) =>
    link.rel === "tm:extends" && typeof link.href === "string" ? [link.href] : [],
  );
}

function ownLinks(model: JsonObject): JsonObject[] {
  return linksOf(model).filter((link) => link.rel !== "tm:extends");
}

function linksOf(model: JsonObject): JsonObject[] {
  return Array.isArray(model.links) ? model.links.filter(isObject) : [];
}

function extend(base: JsonObject, own: JsonObject): JsonObject {
  const result = overlay(base, own) as JsonObject;
  for (const name of ["@context", "@type", "links"]) {
    const united = unite(base[name], own[name]);
    if (united.length > 0) result[name] = united;
  }
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

function unite(first: unknown, second: unknown): unknown[] {
  const seen = new Set<string>();
  return [...asArray(first), ...asArray(second)].filter((item) => {
    const key = JSON.stringify(item);
    return !seen.has(key) && seen.add(key);
  });
}

function asArray(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

class ReferenceResolver {
  readonly #source: string;
  readonly #document: JsonObject;
  readonly #loadComposed: (href: string) => JsonObject;
  /** References being followed now: meeting one again is a circle. */
  readonly #open = new Set<string>();

  constructor(source: string, document: JsonObject, loadComposed: (href: string) => JsonObject) {
    this.#source = source;
    this.#document = document;
    this.#loadComposed = loadComposed;
  }

  resolve(value: unknown, path: readonly (string | number)[]): unknown {
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
      return href === "" ? this.resolve(target, path) : target;
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
