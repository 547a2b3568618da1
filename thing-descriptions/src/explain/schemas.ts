import fs from "node:fs";
import type Ajv from "ajv";
import type { ErrorObject, ValidateFunction } from "ajv";
import { hasMoreNodes } from "./depth";
import { createLinearAjv } from "./linear-ajv";

const SCHEMAS = {
  td: "wot-thing-description-types/schema/td-json-schema-validation.json",
  tm: "wot-thing-model-types/schema/tm-json-schema-validation.json",
} as const;

export type DocumentKind = keyof typeof SCHEMAS;

/** One of W3C's JSON Schemas, and any part of it, compiled when first needed. */
export interface W3cSchema {
  /** All errors; of a document that is very large, the first. */
  errors(value: unknown): readonly ErrorObject[];
  /** The same against a part of the schema, such as one branch of a oneOf. */
  errorsOf(part: object, value: unknown): readonly ErrorObject[];
  /** Follows a `$ref` of the schema. */
  resolve(part: object): object;
}

/** From this size on only the first error is looked for: Ajv's time for all of them grows quadratically. */
const LARGE_NODES = 10_000;

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
  const first = new PartValidator(document, false);
  const all = new PartValidator(document, true);
  const errorsOf = (part: object, value: unknown): readonly ErrorObject[] => {
    const errors = first.errors(part, value);
    return errors.length === 0 || hasMoreNodes(value, LARGE_NODES)
      ? errors
      : all.errors(part, value);
  };
  return {
    errors: (value) => errorsOf(document, value),
    errorsOf,
    resolve: (part) => {
      const name = (part as { $ref?: string }).$ref?.replace("#/definitions/", "");
      return name === undefined ? part : (document.definitions[name] ?? part);
    },
  };
}

class PartValidator {
  readonly #document: { readonly definitions: object };
  readonly #ajv: Ajv;
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  constructor(document: { readonly definitions: object }, allErrors: boolean) {
    this.#document = document;
    this.#ajv = createLinearAjv({ allErrors });
  }

  errors(part: object, value: unknown): readonly ErrorObject[] {
    let validator = this.#compiled.get(part);
    if (!validator) {
      const { definitions } = this.#document;
      const schema = part === this.#document ? part : { allOf: [part], definitions };
      validator = this.#ajv.compile(schema);
      this.#compiled.set(part, validator);
    }
    return validator(value) ? [] : (validator.errors ?? []);
  }
}
