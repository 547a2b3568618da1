import { isObject, type JsonObject } from "../json/json";
import { setMember } from "../json/merge-patch";
import { asArray } from "./contexts";

export const AFFORDANCES = ["properties", "actions", "events"] as const;

/**
 * Puts the definitions of a part into the whole and returns the part's affordances, made independent of
 * the Thing they came from: with its base, its security, its URI variables, and its definitions by the
 * names they have in the whole.
 */
export function embed(part: JsonObject, prefix: string, whole: JsonObject): JsonObject {
  const security = adopt(whole, part, "securityDefinitions", prefix);
  const schemas = adopt(whole, part, "schemaDefinitions", prefix);
  for (const definition of Object.values(ownObject(part, "securityDefinitions"))) {
    if (isObject(definition)) renameMembers(definition, ["oneOf", "allOf"], security);
  }
  const affordances: JsonObject = {};
  for (const kind of AFFORDANCES) {
    const own = ownObject(part, kind);
    for (const affordance of Object.values(own)) {
      if (!isObject(affordance)) continue;
      inheritVariables(affordance, part.uriVariables);
      for (const form of objectsIn(affordance.forms)) {
        resolveHref(form, part.base);
        if (form.security === undefined && part.security !== undefined) {
          form.security = structuredClone(part.security);
        }
        renameMembers(form, ["security"], security);
        for (const response of objectsIn(form.additionalResponses)) {
          renameMembers(response, ["schema"], schemas);
        }
      }
    }
    affordances[kind] = own;
  }
  return affordances;
}

/**
 * Adds the part's definitions to the whole's.
 *
 * @returns new names, by the old, of those whose name means something else in the whole
 */
function adopt(
  whole: JsonObject,
  part: JsonObject,
  member: string,
  prefix: string,
): ReadonlyMap<string, string> {
  const own = ownObject(part, member);
  const all = { ...ownObject(whole, member) };
  const renamed = new Map<string, string>();
  for (const [name, definition] of Object.entries(own)) {
    const same =
      Object.hasOwn(all, name) && JSON.stringify(all[name]) === JSON.stringify(definition);
    if (same) continue;
    const free = freeName(all, name, prefix);
    if (free !== name) renamed.set(name, free);
    setMember(all, free, definition);
  }
  if (Object.keys(all).length > 0) whole[member] = all;
  return renamed;
}

/** The name itself, or with the part's before it; with a number where even that is taken. */
export function freeName(taken: JsonObject, name: string, prefix: string): string {
  if (!Object.hasOwn(taken, name)) return name;
  const within = `${prefix}_${name}`;
  let free = within;
  for (let i = 2; Object.hasOwn(taken, free); i += 1) free = `${within}${i}`;
  return free;
}

function renameMembers(
  object: JsonObject,
  members: readonly string[],
  names: ReadonlyMap<string, string>,
): void {
  const rename = (name: unknown): unknown =>
    typeof name === "string" ? (names.get(name) ?? name) : name;
  for (const member of members) {
    const value = object[member];
    if (value !== undefined)
      object[member] = Array.isArray(value) ? value.map(rename) : rename(value);
  }
}

function inheritVariables(affordance: JsonObject, variables: unknown): void {
  if (!isObject(variables)) return;
  const own = isObject(affordance.uriVariables) ? affordance.uriVariables : {};
  affordance.uriVariables = { ...structuredClone(variables), ...own };
}

/** Relative to the part's base as text: URI templates are no URLs yet. */
function resolveHref(form: JsonObject, base: unknown): void {
  if (typeof base !== "string" || typeof form.href !== "string") return;
  if (/^[a-z][a-z0-9+.-]*:/i.test(form.href)) return;
  const [, origin = "", path = ""] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(base) ?? [];
  form.href = form.href.startsWith("/")
    ? origin + form.href
    : origin + path.slice(0, path.lastIndexOf("/") + 1) + form.href;
}

function ownObject(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return isObject(value) ? value : {};
}

function objectsIn(value: unknown): JsonObject[] {
  return asArray(value).filter(isObject);
}
