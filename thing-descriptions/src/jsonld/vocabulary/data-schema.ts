import { type Context, NAMESPACES, NODE, named, prefixes, SET, spelt, TEXTS, term } from "./terms";

const VALUE_TERMS = [
  "DataSchema",
  "readOnly",
  "writeOnly",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maximum",
  "minimum",
  "maxItems",
  "minItems",
  "contentEncoding",
  "minLength",
  "maxLength",
  "pattern",
  "contentMediaType",
  "const",
  "default",
  "multipleOf",
  "format",
  "propertyName",
] as const;

const TYPES = ["Object", "Array", "Boolean", "String", "Number", "Integer", "Null"] as const;

/** Within a data schema: TD 1.1, section 5.3.2. `type` is a class: an integer is an IntegerSchema. */
function dataSchema(properties: Context): Context {
  return {
    ...prefixes("td", "jsonschema", "wotsec", "hctl", "dct", "schema", "rdf"),
    "@vocab": NAMESPACES.jsonschema,
    ...spelt("jsonschema", VALUE_TERMS),
    ...spelt("jsonschema", ["items"], NODE),
    ...spelt("jsonschema", ["required", "enum", "oneOf", "allOf", "anyOf"], SET),
    type: term("@type"),
    ...Object.fromEntries(TYPES.map((type) => [type.toLowerCase(), `jsonschema:${type}Schema`])),
    ...TEXTS,
    properties,
    unit: term("schema:unitCode", { "@type": "@vocab" }),
  };
}

const members = term("jsonschema:properties", named("propertyName"));

/** Below `input`, `output`, `data` and the like. */
export const DATA_SCHEMA = dataSchema(members);

/** Below a Thing's `properties`: W3C names the members of a property's own value by `td:name` too. */
export const PROPERTY_SCHEMA = dataSchema({
  ...term("jsonschema:properties", named("name")),
  "@context": { properties: members },
});
