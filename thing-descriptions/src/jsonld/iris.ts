import { isObject } from "../json/json";
import { fogwotContext } from "./contexts";
import { NAMESPACES } from "./vocabulary/terms";

/**
 * What a person types → the IRI it names: `saref:Sensor`, `qudt-unit:DEG_C`, `fog:Device` by the
 * prefixes of our models and of TD 1.1; a full IRI is one already.
 *
 * @returns undefined for a word without prefix or with one that is not known
 */
export function iriOf(term: string): string | undefined {
  const colon = term.indexOf(":");
  if (colon < 1) return undefined;
  const namespace = prefixes().get(term.slice(0, colon));
  if (namespace !== undefined && !term.startsWith("//", colon + 1)) {
    return namespace + term.slice(colon + 1);
  }
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|urn:|tag:|did:)\S+$/i.test(term) ? term : undefined;
}

let known: ReadonlyMap<string, string> | undefined;

function prefixes(): ReadonlyMap<string, string> {
  known ??= new Map([
    ...Object.entries(NAMESPACES),
    ...Object.entries(fogwotContext()).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && !isObject(entry[1]),
    ),
  ]);
  return known;
}
