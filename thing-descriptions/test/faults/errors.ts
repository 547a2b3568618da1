import type { Fault } from "./lamp";

const FADE = "/actions/fade/forms/0";
const BURNT = "/events/burnt";
const LEVEL = "/properties/brightness";
const SCHEME = "/securityDefinitions/none";
const https = "https://auth.example/";

const STRUCTURE: readonly Fault[] = [
  ["@context is missing", { "/@context": undefined }, "", "td-context"],
  ["@context is another", { "/@context": "https://schema.org" }, "/@context", "td-context"],
  ["title is missing", { "/title": undefined }, "", "td-vocab-title--Thing"],
  ["id is no URI", { "/id": "lamp" }, "/id", "td-vocab-id--Thing"],
  ["created is no date", { "/created": "yesterday" }, "/created", "td-datetime-type"],
  ["version lacks instance", { "/version": { model: "1" } }, "/version", "td-vocab-version--Thing"],
  [
    "an @type is that of a model",
    { [`${BURNT}/@type`]: "tm:ThingModel" },
    `${BURNT}/@type`,
    "td-vocab-at-type--InteractionAffordance",
  ],
  ["properties is an array", { "/properties": [] }, "/properties", "td-properties"],
  ["an affordance is no object", { "/actions/fade": "x" }, "/actions/fade", "td-action-names"],
  ["forms is missing", { [`${BURNT}/forms`]: undefined }, BURNT, "td-event-arrays"],
  ["forms is empty", { [`${LEVEL}/forms`]: [] }, `${LEVEL}/forms`, "td-property-arrays"],
  ["href is missing", { [FADE]: {} }, FADE, "td-forms"],
  [
    "op is of another kind",
    { [`${LEVEL}/forms/0/op`]: "invokeaction" },
    `${LEVEL}/forms/0/op`,
    "td-op-for-property",
  ],
  ["op is misspelt", { [`${FADE}/op`]: ["invokeAction"] }, `${FADE}/op/0`, "td-op-for-action"],
  ["op is missing at Thing level", { "/forms": [{ href: "all" }] }, "/forms/0", "td-op-for-thing"],
  ["type is unknown", { [`${BURNT}/data/type`]: "text" }, `${BURNT}/data/type`, "td-data-schema"],
  ["enum repeats", { [`${BURNT}/data/enum`]: ["a", "a"] }, `${BURNT}/data/enum`, "td-data-schema"],
];

const SECURITY: readonly Fault[] = [
  ["security is empty", { "/security": [] }, "/security", "td-security-activation"],
  [
    "a scheme is unknown",
    { [`${SCHEME}/scheme`]: "magic" },
    `${SCHEME}/scheme`,
    "td-security-scheme-name",
  ],
  ["security is undefined", { "/security": "x" }, "/security", "td-vocab-security--Thing"],
  [
    "security is a name that every object has",
    { "/security": "constructor" },
    "/security",
    "td-vocab-security--Thing",
  ],
  [
    "a form's security is undefined",
    { [`${FADE}/security`]: ["none", "x"] },
    `${FADE}/security/1`,
    "td-vocab-security--Thing",
  ],
  [
    "flow code has no token",
    { [SCHEME]: { scheme: "oauth2", flow: "code", authorization: https } },
    SCHEME,
    "td-security-oauth2-code-flow",
  ],
  [
    "flow client has an authorization",
    { [SCHEME]: { scheme: "oauth2", flow: "client", authorization: https, token: https } },
    `${SCHEME}/authorization`,
    "td-security-oauth2-client-flow-no-auth",
  ],
  [
    "a combo names nothing defined",
    { "/securityDefinitions/both": { scheme: "combo", allOf: ["none", "x"] } },
    "/securityDefinitions/both/allOf/1",
    "td-vocab-security--Thing",
  ],
  [
    "a combo contains itself",
    { "/securityDefinitions/both": { scheme: "combo", oneOf: ["none", "both"] } },
    "/securityDefinitions/both",
    "td-processor",
  ],
  [
    "a key that goes into the URI has no place there",
    { [SCHEME]: { scheme: "apikey", in: "uri", name: "key" } },
    `${LEVEL}/forms/0/href`,
    "td-security-in-uri-variable",
  ],
  [
    "a key that goes into the URI has a variable's name",
    { "/securityDefinitions/key": { scheme: "apikey", in: "uri", name: "seconds" } },
    "/actions/fade/uriVariables/seconds",
    "td-security-uri-variables-distinct",
  ],
];

const FORMS: readonly Fault[] = [
  [
    "a URI variable is undeclared",
    { [`${BURNT}/forms/0/href`]: "burnt/{id}" },
    `${BURNT}/forms/0/href`,
    "td-uriVariables-names",
  ],
  [
    "a URI variable is an object",
    { "/actions/fade/uriVariables/seconds/type": "object" },
    "/actions/fade/uriVariables/seconds/type",
    "td-vocab-uriVariables--InteractionAffordance",
  ],
  [
    "a URI template is broken",
    { [`${BURNT}/forms/0/href`]: "burnt/{id" },
    `${BURNT}/forms/0/href`,
    "td-vocab-href--Form",
  ],
  [
    "an href has a space",
    { [`${BURNT}/forms/0/href`]: "my lamp" },
    `${BURNT}/forms/0/href`,
    "td-vocab-href--Form",
  ],
  ["the base is no URI", { "/base": "lamp" }, `${LEVEL}/forms/0/href`, "td-vocab-base--Thing"],
  [
    "a response's schema is undefined",
    { [`${FADE}/additionalResponses/0/schema`]: "oops" },
    `${FADE}/additionalResponses/0/schema`,
    "td-vocab-schema--AdditionalExpectedResponse",
  ],
  [
    "contentType is no media type",
    { [`${FADE}/contentType`]: "json" },
    `${FADE}/contentType`,
    "td-vocab-contentType--Form",
  ],
];

const CONTENTS: readonly Fault[] = [
  ["no value is in range", { [`${LEVEL}/minimum`]: 101 }, `${LEVEL}/minimum`, "server-data-schema"],
  [
    "a pattern is no regular expression",
    { [`${BURNT}/data/pattern`]: "(" },
    `${BURNT}/data/pattern`,
    "td-vocab-pattern--StringSchema",
  ],
  [
    "there are two type links",
    { "/links": ["a", "b"].map((href) => ({ rel: "type", href })) },
    "/links/1",
    "tm-rel-type-maximum",
  ],
  [
    "a language tag is none",
    { "/titles": { "the king's": "Lamp" } },
    "/titles/the king's",
    "td-multilanguage-language-tag",
  ],
  [
    "a placeholder is left",
    { "/title": "{{NAME}}" },
    "/title",
    "thing-model-td-generation-processor-placeholder",
  ],
  [
    "a reference of a model is left",
    { [`${BURNT}/data`]: { "tm:ref": "a#/b" } },
    `${BURNT}/data/tm:ref`,
    "thing-model-td-generation-processor-imports",
  ],
  [
    "a submodel is left",
    { "/links": [{ rel: "tm:submodel", href: "a" }] },
    "/links/0/rel",
    "tm-compose-submodel",
  ],
  [
    "an affordance that the Thing Model requires is missing",
    { "/links": [{ rel: "type", href: "urn:fogwot:model:node" }] },
    "/properties/load",
    "thing-model-td-generation-processor-required",
  ],
];

/** Each breaks a MUST of the standard, in one place. */
export const ERRORS: readonly Fault[] = [...STRUCTURE, ...SECURITY, ...FORMS, ...CONTENTS];
