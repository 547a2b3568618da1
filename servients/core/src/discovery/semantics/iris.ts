/** The prefixes that a person may type, and that TD 1.1's own context has. */
const namespaces: ReadonlyMap<string, string> = new Map([
  ["td", "https://www.w3.org/2019/wot/td#"],
  ["jsonschema", "https://www.w3.org/2019/wot/json-schema#"],
  ["hctl", "https://www.w3.org/2019/wot/hypermedia#"],
  ["dct", "http://purl.org/dc/terms/"],
  ["schema", "http://schema.org/"],
  ["rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"],
  ["rdfs", "http://www.w3.org/2000/01/rdf-schema#"],
  ["xsd", "http://www.w3.org/2001/XMLSchema#"],
  ["fog", "https://fogwot.dev/ns#"],
  ["qudt-unit", "http://qudt.org/vocab/unit/"],
  ["saref", "https://saref.etsi.org/core/"],
  ["sosa", "http://www.w3.org/ns/sosa/"],
]);

export const TD_NAMESPACE = "https://www.w3.org/2019/wot/td#";

/**
 * What a person types as the IRI it names: `saref:Sensor`, or an IRI as it is.
 *
 * @returns undefined for a word without prefix, or with one that is not known
 */
export function iriOf(term: string, own?: ReadonlyMap<string, string>): string | undefined {
  const colon = term.indexOf(":");
  if (colon < 1) return undefined;
  const prefix = term.slice(0, colon);
  const namespace = own?.get(prefix) ?? namespaces.get(prefix);
  if (namespace !== undefined && !term.startsWith("//", colon + 1)) {
    return namespace + term.slice(colon + 1);
  }
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|urn:|tag:|did:)\S+$/i.test(term) ? term : undefined;
}

export function knownPrefixes(): string[] {
  return [...namespaces.keys()];
}
