import type { ErrorObject } from "ajv";

const LONGEST = 80;

/** A value as it is quoted in a finding: JSON, shortened. */
export function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = shallow(value);
  return json.length <= LONGEST ? json : `${json.slice(0, LONGEST - 1)}…`;
}

/** JSON of the value without serialising more than is quoted. */
function shallow(value: unknown): string {
  if (Array.isArray(value) && value.length > 20) return `an array of ${value.length} elements`;
  if (typeof value === "string" && value.length > LONGEST) value = value.slice(0, LONGEST);
  return JSON.stringify(value) ?? String(value);
}

const MOST_ALTERNATIVES = 24;

/** `["a", "b", "c"]` → `a, b or c`; of very many, the first and how many more. */
export function either(alternatives: readonly string[]): string {
  const distinct = [...new Set(alternatives)];
  if (distinct.length < 2) return distinct[0] ?? "";
  if (distinct.length > MOST_ALTERNATIVES) {
    const told = distinct.slice(0, MOST_ALTERNATIVES);
    return `${told.join(", ")} or one of ${distinct.length - MOST_ALTERNATIVES} more`;
  }
  return `${distinct.slice(0, -1).join(", ")} or ${distinct.at(-1)}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a string",
  array: "an array",
  object: "an object",
  boolean: "true or false",
  number: "a number",
  integer: "an integer",
  null: "null",
};

/** What a JSON Schema type is called in a sentence. */
export function typeName(type: unknown): string {
  const types = Array.isArray(type) ? type : [type];
  return either(types.map((name) => TYPE_NAMES[String(name)] ?? String(name)));
}

/** Ajv's error as the end of the sentence "wanted …". */
export function wantedOf(error: ErrorObject): string {
  const { keyword, params } = error;
  switch (keyword) {
    case "required":
      return `a member "${params.missingProperty}"`;
    case "type":
      return typeName(params.type);
    case "enum":
      return either((params.allowedValues as unknown[]).map((value) => String(value)));
    case "const":
      return quote(params.allowedValue);
    case "minItems":
      return `at least ${params.limit} element${params.limit === 1 ? "" : "s"}`;
    case "minProperties":
      return `at least ${params.limit} member${params.limit === 1 ? "" : "s"}`;
    case "uniqueItems":
      return "elements that differ from each other";
    case "minimum":
    case "exclusiveMinimum":
    case "maximum":
    case "exclusiveMaximum":
      return `a number ${params.comparison} ${params.limit}`;
    case "format":
      return FORMATS[params.format as string] ?? `the format ${params.format}`;
    case "pattern":
      return PATTERNS[params.pattern as string] ?? `text that matches ${params.pattern}`;
    case "contains":
      return "an array that contains the required value";
    case "additionalProperties":
      return `no member "${params.additionalProperty}"`;
    default:
      return (error.message ?? keyword).replace(/^must (be )?/, "");
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uri: "an absolute URI, such as urn:uuid:…",
  "date-time": "a date and time by RFC 3339, such as 2026-01-31T12:00:00Z",
};

/** Ajv's error as the end of the sentence "got …". */
export function gotOf(error: ErrorObject): string {
  const { keyword, params, data } = error;
  if (keyword === "required") return `no member "${params.missingProperty}"`;
  if (keyword === "uniqueItems" && Array.isArray(data)) {
    return `element ${params.i} equal to element ${params.j}: ${quote(data[params.i as number])}`;
  }
  return quote(data);
}

/** The patterns of W3C's schemas in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  "^.*[{]{2}[ -~]+[}]{2}.*$": "a placeholder such as {{NAME}}",
  ".+:.*": "a term of an extension, with its prefix",
  "^((/properties/)|(/actions/)|(/events/))(([^/]))":
    "a JSON Pointer to an affordance, such as /properties/status",
};
