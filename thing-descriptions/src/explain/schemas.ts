import fs from "node:fs";
import Ajv, { type ErrorObject } from "ajv";
import addFormats from "ajv-formats";

const SCHEMAS = {
  td: "wot-thing-description-types/schema/td-json-schema-validation.json",
  tm: "wot-thing-model-types/schema/tm-json-schema-validation.json",
} as const;

export type DocumentKind = keyof typeof SCHEMAS;

/** One of W3C's JSON Schemas, and any part of it, compiled once. */
export interface W3cSchema {
  errors(value: unknown): readonly ErrorObject[];
  /** Errors against a part of the schema, such as one branch of a oneOf. */
  errorsOf(part: object, value: unknown): readonly ErrorObject[];
  /** Follows a `$ref` of the schema. */
  resolve(part: object): object;
}

const loaded = new Map<DocumentKind, W3cSchema>();

/** The schema of TD 1.1 or of Thing Models, as W3C publishes it. Compiled at the first call. */
export function w3cSchema(kind: DocumentKind): W3cSchema {
  let schema = loaded.get(kind);
  if (!schema) {
    schema = load(SCHEMAS[kind]);
    loaded.set(kind, schema);
  }
  return schema;
}

function load(module: string): W3cSchema {
  const document = JSON.parse(fs.readFileSync(require.resolve(module), "utf8")) as {
    definitions: Record<string, object>;
  };
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, addUsedSchema: false });
  addFormats(ajv);
  const whole = ajv.compile(document);
  const parts = new WeakMap<object, ReturnType<typeof ajv.compile>>();
  return {
    errors: (value) => (whole(value) ? [] : (whole.errors ?? [])),
    errorsOf: (part, value) => {
      let validator = parts.get(part);
      if (!validator) {
        validator = ajv.compile({ allOf: [part], definitions: document.definitions });
        parts.set(part, validator);
      }
      return validator(value) ? [] : (validator.errors ?? []);
    },
    resolve: (part) => {
      const name = (part as { $ref?: string }).$ref?.replace("#/definitions/", "");
      return name === undefined ? part : (document.definitions[name] ?? part);
    },
  };
}
