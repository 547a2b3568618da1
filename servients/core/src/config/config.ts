import { readFileSync } from "node:fs";
import Ajv, { type ErrorObject } from "ajv";
import { LineCounter, parseDocument } from "yaml";
import { ConfigError, type Mismatch, wantedOf } from "../errors";

// useDefaults: the schema is the one place where defaults stand.
const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, strict: false });
const compiled = new WeakMap<object, ReturnType<typeof ajv.compile>>();

/**
 * Holds a value to its JSON Schema and fills defaults in.
 * @param source named in the error: a file or an option
 * @throws ConfigError with every offence: path, got, wanted
 */
export function validateConfig<T>(value: unknown, schema: object, source: string): T {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  const copy = structuredClone(value);
  if (validate(copy)) return copy as T;
  throw new ConfigError(source, mismatches(validate.errors ?? []));
}

/**
 * Reads a YAML (or JSON) file and holds it to its schema.
 * @throws ConfigError when it cannot be read, is not YAML, or does not fit
 */
export function loadYaml<T>(file: string, schema: object): T {
  const lines = new LineCounter();
  const document = parseDocument(read(file), { lineCounter: lines, prettyErrors: true });
  const fault = document.errors[0];
  if (fault) {
    const at = fault.linePos?.[0];
    const where = at ? `line ${at.line}, column ${at.col}` : "";
    throw new ConfigError(
      file,
      [{ path: where, got: fault.message.split("\n")[0], wanted: "well-formed YAML" }],
      { cause: fault },
    );
  }
  return validateConfig<T>(document.toJS() ?? {}, schema, file);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(file, [{ path: "", got, wanted: "a readable file" }], { cause });
  }
}

/** Ajv reports every branch of an anyOf: the branch summaries say nothing an operator can mend. */
function mismatches(errors: readonly ErrorObject[]): Mismatch[] {
  const useful = errors.filter((error) => !["anyOf", "oneOf", "if"].includes(error.keyword));
  return (useful.length > 0 ? useful : errors).map((error) => ({
    path: pathOf(error),
    got: gotOf(error),
    wanted: wantedOf(error),
  }));
}

function pathOf(error: ErrorObject): string {
  const { additionalProperty, missingProperty } = error.params as Record<string, string>;
  const member = additionalProperty ?? missingProperty;
  return member === undefined ? error.instancePath : `${error.instancePath}/${member}`;
}

function gotOf(error: ErrorObject): unknown {
  const { additionalProperty } = error.params as Record<string, string>;
  if (additionalProperty !== undefined) {
    return (error.data as Record<string, unknown>)[additionalProperty];
  }
  return error.keyword === "required" ? undefined : error.data;
}
