import { isObject, type JsonObject } from "../json/json";
import { AFFORDANCE_KINDS } from "./walk";

/** A copy in which every affordance without forms has one, so that the rest can be held to W3C's schema. */
export function withEmptyForms(document: JsonObject): JsonObject {
  const result = { ...document };
  for (const kind of AFFORDANCE_KINDS) {
    const affordances = document[kind];
    if (!isObject(affordances)) continue;
    result[kind] = Object.fromEntries(
      Object.entries(affordances).map(([name, affordance]) => [
        name,
        isObject(affordance) && affordance.forms === undefined
          ? { ...affordance, forms: [{ href: "" }] }
          : affordance,
      ]),
    );
  }
  return result;
}
