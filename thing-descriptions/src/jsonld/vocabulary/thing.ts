import { DATA_SCHEMA, PROPERTY_SCHEMA } from "./data-schema";
import { HYPERMEDIA } from "./hypermedia";
import { SECURITY } from "./security";
import {
  type Context,
  NAMESPACES,
  NODE,
  named,
  prefixes,
  SET,
  spelt,
  TEXTS,
  term,
  typed,
} from "./terms";

const CLASSES = [
  "Thing",
  "VersionInfo",
  "InteractionAffordance",
  "PropertyAffordance",
  "ActionAffordance",
  "EventAffordance",
] as const;

const SCHEMAS = {
  input: "td:hasInputSchema",
  output: "td:hasOutputSchema",
  subscription: "td:hasSubscriptionSchema",
  data: "td:hasNotificationSchema",
  dataResponse: "td:hasNotificationResponseSchema",
  cancellation: "td:hasCancellationSchema",
} as const;

/** Within a Thing Description or Thing Model: TD 1.1, sections 5.3.1 and 9. */
export const THING: Context = {
  "@version": 1.1,
  ...prefixes("td", "jsonschema", "wotsec", "hctl", "rdfs", "xsd", "dct", "htv", "tm"),
  "@vocab": NAMESPACES.td,
  id: "@id",
  ...spelt("td", CLASSES),
  ...TEXTS,
  license: term("dct:license"),
  created: term("dct:created", typed("xsd:dateTime")),
  modified: term("dct:modified", typed("xsd:dateTime")),
  support: term("td:supportContact", typed("xsd:anyURI")),
  base: term("td:baseURI"),
  profile: term("td:followsProfile"),
  version: term("td:versionInfo", NODE),
  instance: term("td:instance", typed("xsd:string")),
  ...spelt("td", ["model", "name"]),
  properties: {
    ...term("td:hasPropertyAffordance", { ...NODE, ...named("name") }),
    "@context": PROPERTY_SCHEMA,
  },
  actions: term("td:hasActionAffordance", { ...NODE, ...named("name") }),
  events: term("td:hasEventAffordance", { ...NODE, ...named("name") }),
  uriVariables: term("td:hasUriTemplateSchema", { ...NODE, ...named("name") }),
  schemaDefinitions: term("td:schemaDefinitions", { ...NODE, "@container": "@index" }),
  observable: term("td:isObservable"),
  safe: term("td:isSafe"),
  idempotent: term("td:isIdempotent"),
  synchronous: term("td:isSynchronous"),
  ...Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, iri]) => [
      name,
      { ...term(iri, NODE), "@context": DATA_SCHEMA },
    ]),
  ),
  security: {
    ...term("td:hasSecurityConfiguration", typed("xsd:string")),
    "@context": SECURITY,
  },
  securityDefinitions: {
    ...term("td:definesSecurityScheme", { ...NODE, ...named("hasInstanceConfiguration") }),
    "@context": SECURITY,
  },
  hasInstanceConfiguration: term("td:hasInstanceConfiguration", NODE),
  forms: { ...term("td:hasForm", { ...NODE, ...SET }), "@context": HYPERMEDIA },
  links: { ...term("td:hasLink", { ...NODE, ...SET }), "@context": HYPERMEDIA },
  schema: term("hctl:hasAdditionalOutputSchema", NODE),
};
