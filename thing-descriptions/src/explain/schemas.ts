import fs from "node:fs";
import type Ajv from "ajv";
import type { ErrorObject, ValidateFunction } from "ajv";
import { isObject } from "../json/json";
import { hasMoreNodes } from "./depth";
import { createLinearAjv } from "./linear-ajv";

const SCHEMAS = {
  td: "wot-thing-description-types/schema/td-json-schema-validation.json",
  tm: "wot-thing-model-types/schema/tm-json-schema-validation.json",
} as const;

export type DocumentKind = keyof typeof SCHEMAS;

/** One of W3C's JSON Schemas, and any part of it, compiled when first needed. */
export interface W3cSchema {
  /** Every member name that the schema knows, wherever. */
  readonly names: ReadonlySet<string>;
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
  const document = JSON.parse(fs.readFileSync(require.resolve(module), "utf8"));
  return partedSchema(document as SchemaDocument, createLinearAjv);
}

interface SchemaDocument {
  readonly definitions: Readonly<Record<string, object>>;
}

/** Any JSON Schema, with its parts. @param createAjv what compiles it */
export function partedSchema(
  document: SchemaDocument,
  createAjv: (options: { readonly allErrors: boolean }) => Ajv,
): W3cSchema {
  const first = new PartValidator(document, createAjv({ allErrors: false }));
  const all = new PartValidator(document, createAjv({ allErrors: true }));
  const errorsOf = (part: object, value: unknown): readonly ErrorObject[] => {
    const errors = first.errors(part, value);
    return errors.length === 0 || hasMoreNodes(value, LARGE_NODES)
      ? errors
      : all.errors(part, value);
  };
  const names = new Set<string>();
  return {
    get names() {
      if (names.size === 0) collectNames(document, names);
      return names;
    },
    errors: (value) => errorsOf(document, value),
    errorsOf,
    resolve: (part) => {
      const name = (part as { $ref?: string }).$ref?.replace("#/definitions/", "");
      return name === undefined ? part : (document.definitions[name] ?? part);
    },
  };
}

function collectNames(schema: unknown, names: Set<string>): void {
  if (Array.isArray(schema)) for (const item of schema) collectNames(item, names);
  if (!isObject(schema)) return;
  if (isObject(schema.properties)) {
    for (const name of Object.keys(schema.properties)) names.add(name);
  }
  for (const member of Object.values(schema)) collectNames(member, names);
}

class PartValidator {
  readonly #document: SchemaDocument;
  readonly #ajv: Ajv;
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  constructor(document: SchemaDocument, ajv: Ajv) {
    this.#document = document;
    this.#ajv = ajv;
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
