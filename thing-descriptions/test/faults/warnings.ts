import type { Fault } from "./lamp";

const BURNT = "/events/burnt";
const LEVEL = "/properties/brightness";

const AFFORDANCES: readonly Fault[] = [
  [
    "a readOnly property is written",
    {
      [`${LEVEL}/readOnly`]: true,
      [`${LEVEL}/forms/0/op`]: ["readproperty", "writeproperty"],
    },
    `${LEVEL}/forms/0/op/1`,
    "td-vocab-readOnly--DataSchema",
  ],
  [
    "a writeOnly property is read",
    { [`${LEVEL}/writeOnly`]: true, [`${LEVEL}/forms/0/op`]: "readproperty" },
    `${LEVEL}/forms/0/op`,
    "td-vocab-writeOnly--DataSchema",
  ],
  [
    "a property that is not observable is observed",
    { [`${LEVEL}/forms/0/op`]: "observeproperty" },
    `${LEVEL}/forms/0/op`,
    "td-vocab-observable--PropertyAffordance",
  ],
  [
    "an observable property has no form for it",
    { [`${LEVEL}/observable`]: true },
    `${LEVEL}/observable`,
    "td-vocab-observable--PropertyAffordance",
  ],
  [
    "a relative href has no base",
    { "/base": undefined },
    `${LEVEL}/forms/0/href`,
    "td-vocab-base--Thing",
  ],
];

const SCHEMAS: readonly Fault[] = [
  [
    "an array has no items",
    { [`${BURNT}/data/type`]: "array" },
    `${BURNT}/data`,
    "td-vocab-items--ArraySchema",
  ],
  [
    "an object has no properties",
    { [`${BURNT}/data/type`]: "object" },
    `${BURNT}/data`,
    "td-vocab-properties--ObjectSchema",
  ],
  [
    "a required member is not described",
    { [`${BURNT}/data`]: { type: "object", properties: {}, required: ["a"] } },
    `${BURNT}/data/required/0`,
    "td-vocab-required--ObjectSchema",
  ],
  [
    "const stands beside enum",
    { [`${BURNT}/data`]: { enum: ["a"], const: "a" } },
    `${BURNT}/data/const`,
    "td-data-schema",
  ],
  [
    "a default has another type",
    { [`${LEVEL}/default`]: "dark" },
    `${LEVEL}/default`,
    "server-data-schema",
  ],
];

const METADATA: readonly Fault[] = [
  ["a prefix is undeclared", { [`${LEVEL}/@type`]: "brick:Level" }, `${LEVEL}/@type`, "td-context"],
  ["a unit's prefix is undeclared", { [`${LEVEL}/unit`]: "om:pc" }, `${LEVEL}/unit`, "td-context"],
  [
    "a prefix has the name of a term",
    { "/@context/1/unit": "http://qudt.org/vocab/unit/" },
    "/@context/1/unit",
    "td-context",
  ],
  [
    "several schemes stand in an array",
    { "/securityDefinitions/key": { scheme: "apikey" }, "/security": ["none", "key"] },
    "/security",
    "td-security-combo-deprecation",
  ],
  [
    "a password stands in the document",
    { "/securityDefinitions/none/password": "1234" },
    "/securityDefinitions/none/password",
    "td-security-no-secrets",
  ],
  [
    "modified lies before created",
    { "/created": "2026-02-01T00:00:00Z", "/modified": "2026-01-01T00:00:00Z" },
    "/modified",
    "td-vocab-modified--Thing",
  ],
  [
    "the languages differ from place to place",
    { "/titles": { en: "Lamp", de: "Lampe" }, "/descriptions": { en: "A lamp" } },
    "/descriptions",
    "td-multi-languages-consistent",
  ],
];

/** Each is lawful, but a SHOULD is not followed, or it is likely not meant. */
export const WARNINGS: readonly Fault[] = [...AFFORDANCES, ...SCHEMAS, ...METADATA];
