import { type Context, NAMESPACES, NODE, prefixes, SET, spelt, term, typed } from "./terms";

/** `readproperty` → `td:readProperty`: the words of every operation that TD 1.1 knows. */
const OPERATIONS = [
  "read property",
  "write property",
  "observe property",
  "observe all properties",
  "unobserve property",
  "unobserve all properties",
  "invoke action",
  "query action",
  "query all actions",
  "cancel action",
  "subscribe event",
  "subscribe all events",
  "unsubscribe event",
  "unsubscribe all events",
  "read all properties",
  "write all properties",
  "read multiple properties",
  "write multiple properties",
] as const;

const operations = OPERATIONS.map((phrase): [string, string] => {
  const [verb = "", ...rest] = phrase.split(" ");
  const camel = rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return [phrase.replaceAll(" ", ""), `td:${verb}${camel}`];
});

/** Within a form or a link: TD 1.1, section 5.3.4. */
export const HYPERMEDIA: Context = {
  ...prefixes("td", "jsonschema", "wotsec", "hctl", "rdf", "rdfs", "xsd"),
  "@vocab": NAMESPACES.hctl,
  ...spelt("hctl", ["Link", "Form"]),
  scopes: term("wotsec:scopes"),
  security: term("td:hasSecurityConfiguration", NODE),
  op: term("hctl:hasOperationType", typed("@vocab")),
  ...Object.fromEntries(operations),
  subprotocol: term("hctl:forSubProtocol"),
  contentType: term("hctl:forContentType"),
  contentCoding: term("hctl:forContentCoding"),
  anchor: term("hctl:hasAnchor", NODE),
  sizes: term("hctl:hasSizes"),
  hreflang: term("hctl:hasHreflang"),
  href: term("hctl:hasTarget", typed("xsd:anyURI")),
  rel: term("hctl:hasRelationType"),
  type: term("hctl:hintsAtMediaType"),
  response: term("hctl:returns"),
  additionalResponses: term("hctl:additionalReturns", SET),
  schema: term("hctl:hasAdditionalOutputSchema", NODE),
  success: term("hctl:isSuccess"),
};
