import Ajv, { type ValidateFunction } from "ajv";
import type { DataSchema } from "wot-typescript-definitions";
import { InputError, InternalError, wantedOf } from "../errors";

// strict: false, because a DataSchema carries terms JSON Schema does not know (unit, forms, @type);
// no logger, because formats of others are nothing to tell of (td-format-validation-other-values).
const ajv = new Ajv({
  strict: false,
  allErrors: false,
  verbose: true,
  addUsedSchema: false,
  logger: false,
});
const formats = ["date-time", "uri", "email", "uuid", "iri", "iri-reference"];
for (const format of formats) ajv.addFormat(format, true);

// Keyed by the schema object, so that a destroyed Thing's validators go with it.
const validators = new WeakMap<DataSchema, ValidateFunction>();
// By JSON text: many Things of one kind have the same schemas, and compiling one takes milliseconds.
const compiled = new Map<string, ValidateFunction>();
const MOST_COMPILED = 1_000;

/**
 * Holds a value to a DataSchema (TD 1.1, section 5.3.2).
 * @param at JSON Pointer of the value in what was sent
 * @throws InputError with the JSON Pointer of the first offence, what was got and what was wanted;
 *   InternalError for a schema that is none, which no value can be held to
 */
export function validate(value: unknown, schema: DataSchema, at = ""): void {
  let validator = validators.get(schema);
  if (!validator) {
    validator = compile(dataPart(schema));
    validators.set(schema, validator);
  }
  if (validator(value)) return;
  const first = validator.errors?.[0];
  throw new InputError({
    path: `${at}${first?.instancePath ?? ""}`,
    got: brief(first ? first.data : value),
    wanted: first ? wantedOf(first) : "a value of the DataSchema",
  });
}

function compile(part: object): ValidateFunction {
  const text = JSON.stringify(part);
  const known = compiled.get(text);
  if (known) return known;
  let validator: ValidateFunction;
  try {
    validator = ajv.compile(part);
  } catch (cause) {
    throw new InternalError(`not a DataSchema: ${(cause as Error).message}`, { cause });
  } finally {
    // Ajv would keep every schema it has ever seen.
    ajv.removeSchema(part);
  }
  const [oldest] = compiled.size >= MOST_COMPILED ? compiled.keys() : [];
  if (oldest !== undefined) compiled.delete(oldest);
  compiled.set(text, validator);
  return validator;
}

/** What was got, as a refusal repeats it: a large value would come back whole to who sent it. */
function brief(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length <= LONGEST_ECHO ? value : `${value.slice(0, LONGEST_ECHO)}…`;
  }
  if (typeof value !== "object" || value === null) return value;
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  const summary = Array.isArray(value) ? `array of ${size}` : `object of ${size} members`;
  if (size > LONGEST_ECHO) return summary;
  try {
    return JSON.stringify(value).length <= LONGEST_ECHO ? value : summary;
  } catch (error) {
    // Nested too deeply to be written down again.
    if (!(error instanceof RangeError)) throw error;
    return summary;
  }
}

const LONGEST_ECHO = 200;

/** An affordance is a DataSchema plus interaction terms and words for people. */
function dataPart(schema: DataSchema): object {
  const { forms, uriVariables, title, titles, description, descriptions, ...rest } =
    schema as unknown as Record<string, unknown>;
  return rest;
}
