import type { Finding } from "../finding";
import { isObject, type JsonObject } from "../json/json";
import { formatPointer } from "../json/pointer";
import { AFFORDANCE_KINDS, members, type Path } from "./walk";
import { quote } from "./wording";

const AT_LEAST = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems"]);
const AT_MOST = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems"]);
/** Schemas within an affordance or schema, by the member that holds them. */
const INNER = ["input", "output", "subscription", "data", "cancellation", "items"];

/**
 * Where a Thing Model that overwrites another lets values through that the other does not: who knows
 * the other would be surprised.
 *
 * @param base affordance or schema that is overwritten
 * @param patch what overwrites it
 * @see TD 1.1, section 9.3.2, figure 6
 */
export function widenings(base: unknown, patch: unknown, path: Path): Finding[] {
  if (!isObject(base) || !isObject(patch)) return [];
  const own = Object.entries(patch).flatMap(([term, value]) => {
    const before = Object.hasOwn(base, term) ? base[term] : undefined;
    if (before === undefined || !isWider(term, before, value)) return [];
    return [
      {
        level: "warning" as const,
        path: formatPointer([...path, term]),
        got: `${quote(value)}, where the model it overwrites has ${quote(before)}`,
        wanted: "values that are valid by that model too",
        rule: "tm-overwrite-semantics",
      },
    ];
  });
  const inner = INNER.flatMap((name) => widenings(base[name], patch[name], [...path, name]));
  const properties = members(patch.properties).flatMap(([name, property]) =>
    widenings(memberOf(base.properties, name), property, [...path, "properties", name]),
  );
  return [...own, ...inner, ...properties];
}

/** The same for whole models: each affordance that both have. */
export function modelWidenings(base: JsonObject, model: JsonObject): Finding[] {
  return AFFORDANCE_KINDS.flatMap((kind) =>
    members(model[kind]).flatMap(([name, affordance]) =>
      widenings(memberOf(base[kind], name), affordance, [kind, name]),
    ),
  );
}

function isWider(term: string, before: unknown, value: unknown): boolean {
  // A placeholder is known when it is replaced.
  if (typeof value === "string" && value.includes("{{")) return false;
  if (AT_LEAST.has(term)) return isNumber(before) && (!isNumber(value) || value < before);
  if (AT_MOST.has(term)) return isNumber(before) && (!isNumber(value) || value > before);
  if (term === "type") return value !== before && !(before === "number" && value === "integer");
  if (term === "const") return JSON.stringify(value) !== JSON.stringify(before);
  if (term === "enum") return !isSubset(value, before);
  return term === "required" && !isSubset(before, value);
}

function isSubset(some: unknown, all: unknown): boolean {
  if (!Array.isArray(some) || !Array.isArray(all)) return false;
  const known = new Set(all.map((item) => JSON.stringify(item)));
  return some.every((item) => known.has(JSON.stringify(item)));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function memberOf(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}
