import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { formatPointer } from "../../json/pointer";
import { AFFORDANCE_KINDS, elements, members, strings } from "../walk";
import { quote } from "../wording";
import { error, warning } from "./check";

/**
 * The Thing has what its Thing Model requires, of the same type.
 *
 * @param modelOf the model, extensions resolved; undefined where it is not at hand
 */
export function checkDerivation(
  document: JsonObject,
  modelOf: (href: string) => JsonObject | undefined,
): Finding[] {
  const link = elements(document.links).find(([, { rel }]) => rel === "type")?.[1];
  const model = typeof link?.href === "string" ? modelOf(link.href) : undefined;
  if (!model) return [];
  const optional = new Set(strings(model["tm:optional"]));
  const affordances = AFFORDANCE_KINDS.flatMap((kind) => {
    const own = isObject(document[kind]) ? document[kind] : {};
    return members(model[kind]).flatMap(([name, wanted]) => {
      const path = [kind, name];
      const affordance = Object.hasOwn(own, name) ? own[name] : undefined;
      if (affordance === undefined) {
        if (optional.has(formatPointer(path))) return [];
        return [
          error({
            path,
            got: "nothing",
            wanted: `this affordance, which the Thing Model ${link?.href} requires`,
            rule: "thing-model-td-generation-processor-required",
          }),
        ];
      }
      return compareTypes(affordance, wanted, kind).map(({ at, got, type }) =>
        warning({
          path: [...path, ...at],
          got: quote(got),
          wanted: `${quote(type)}, as in the Thing Model ${link?.href}`,
          rule: "tm-derivation-validity",
        }),
      );
    });
  });
  return [...checkVersion(document.version, model.version, String(link?.href)), ...affordances];
}

function checkVersion(version: unknown, model: unknown, href: string): Finding[] {
  const own = isObject(version) ? version.model : undefined;
  const wanted = isObject(model) ? model.model : undefined;
  if (own === undefined || wanted === undefined || own === wanted) return [];
  return [
    warning({
      path: ["version", "model"],
      got: quote(own),
      wanted: `${quote(wanted)}, as in the Thing Model ${href}: made from another version of it`,
      rule: "tm-derivation-validity",
    }),
  ];
}

interface Difference {
  readonly at: readonly string[];
  readonly got: unknown;
  readonly type: string;
}

function compareTypes(affordance: unknown, wanted: JsonObject, kind: string): Difference[] {
  if (!isObject(affordance)) return [];
  const places = kind === "properties" ? [[]] : [["input"], ["output"], ["data"]];
  return places.flatMap((place) => {
    const [member] = place;
    const got = (member === undefined ? affordance : affordance[member]) ?? {};
    const model = (member === undefined ? wanted : wanted[member]) ?? {};
    if (!isObject(got) || !isObject(model) || typeof model.type !== "string") return [];
    if (got.type === model.type || (got.type === "integer" && model.type === "number")) return [];
    // A placeholder stands for any type.
    if (model.type.includes("{{")) return [];
    return [{ at: [...place, "type"], got: got.type, type: model.type }];
  });
}
