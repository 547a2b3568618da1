import type { Target } from "../../validate/probe/targets";

const READING = new Set([
  "readproperty",
  "readallproperties",
  "readmultipleproperties",
  "observeproperty",
  "observeallproperties",
  "subscribeevent",
  "subscribeallevents",
  "queryaction",
  "queryallactions",
  "readdescription",
]);
const HARMLESS = new Set(["getData", "getAllData", "ping"]);
const ACTING = new Set(["invokeaction", "cancelaction"]);

/**
 * The rules of testbed/sites/secured/site.yaml in other words: what the site's own engine makes of the
 * file is what is being tried.
 *
 * @param thing name of the Thing
 * @returns the scopes, one of which is wanted; undefined where nobody is asked
 */
export function wantedScopes(
  thing: string,
  { op, listed }: Pick<Target, "op" | "listed">,
): readonly string[] | undefined {
  const affordance = listed.of?.name;
  if (thing === "door") return undefined;
  if (thing === "hall-2" && affordance === "reset") return ["admin"];
  if (ACTING.has(op) && affordance !== undefined && HARMLESS.has(affordance)) return ["operate"];
  return READING.has(op) ? ["read", "operate"] : ["admin"];
}
