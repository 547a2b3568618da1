const schemeName = {
  type: "string",
  pattern: "^[a-zA-Z][a-zA-Z0-9_-]{0,62}$",
} as const;
const names = { type: "array", minItems: 1, items: { type: "string", minLength: 1 } } as const;
const schemeNames = { type: "array", minItems: 2, uniqueItems: true, items: schemeName } as const;

/** Scopes that begin with `fogwot:` are those of the site's own programs. */
export const SCOPE_PATTERN = "^(?!fogwot:)[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,64}$";

const scheme = {
  type: "object",
  additionalProperties: false,
  required: ["scheme"],
  properties: {
    scheme: { enum: ["nosec", "basic", "bearer", "apikey", "psk", "combo"] },
    in: { enum: ["header", "query"], description: "Of an apikey." },
    name: {
      type: "string",
      pattern: "^[a-z][a-z0-9-]{0,63}$",
      description: "Of an apikey's header, or of its parameter in the query.",
    },
    oneOf: schemeNames,
    allOf: schemeNames,
  },
} as const;

const READING = [
  "readproperty",
  "readallproperties",
  "observeproperty",
  "observeallproperties",
  "subscribeevent",
  "subscribeallevents",
  "queryaction",
  "queryallactions",
  "readdescription",
] as const;

/**
 * What a rule may name. `readallproperties` stands for reading several as well, `writeallproperties`
 * likewise, and who may begin an observation or a subscription may end it.
 */
export const OPERATIONS = [
  ...READING,
  "readmultipleproperties",
  "writeproperty",
  "writeallproperties",
  "writemultipleproperties",
  "unobserveproperty",
  "unobserveallproperties",
  "unsubscribeevent",
  "unsubscribeallevents",
  "invokeaction",
  "cancelaction",
] as const;

const rule = {
  type: "object",
  additionalProperties: false,
  required: ["scopes"],
  properties: {
    things: { ...names, description: "Ids, or names: the end of an id." },
    affordances: names,
    operations: { type: "array", minItems: 1, items: { enum: OPERATIONS } },
    scopes: {
      type: "array",
      items: { type: "string", pattern: SCOPE_PATTERN },
      description: "One is enough; none: whoever has proved who they are.",
    },
  },
} as const;

/** JSON Schema of a site file's section `security`. Without the section every Thing is open, on loopback. */
export const SECURITY_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    folder: {
      type: "string",
      minLength: 1,
      default: "secrets",
      description: "Relative to the site file; `fogwot keys` makes it.",
    },
    tls: {
      type: "boolean",
      default: true,
      description: "HTTPS and MQTTS, with <folder>/tls/{server.crt,server.key,ca.crt}.",
    },
    schemes: {
      type: "object",
      minProperties: 1,
      propertyNames: schemeName,
      additionalProperties: scheme,
      default: {
        nosec_sc: { scheme: "nosec" },
        basic_sc: { scheme: "basic" },
        bearer_sc: { scheme: "bearer" },
        apikey_sc: { scheme: "apikey", in: "header", name: "x-api-key" },
        psk_sc: { scheme: "psk" },
        any_sc: { scheme: "combo", oneOf: ["basic_sc", "bearer_sc", "apikey_sc", "psk_sc"] },
      },
    },
    default: { ...schemeName, default: "any_sc", description: "Scheme of every Thing." },
    things: {
      type: "object",
      additionalProperties: schemeName,
      default: {},
      description: "Exceptions: Thing's id, or its name → scheme.",
    },
    access: {
      type: "array",
      items: rule,
      description: "The first rule that fits decides; where none fits, nobody may.",
      default: [
        { operations: READING, scopes: ["read", "operate", "admin"] },
        { operations: ["invokeaction", "cancelaction"], scopes: ["operate", "admin"] },
        { scopes: ["admin"] },
      ],
    },
    limits: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        requestsPerSecond: { type: "number", exclusiveMinimum: 0, maximum: 100_000, default: 200 },
        burst: { type: "integer", minimum: 1, maximum: 1_000_000, default: 400 },
        failedLoginsPerMinute: { type: "integer", minimum: 1, maximum: 10_000, default: 10 },
      },
    },
  },
} as const;
