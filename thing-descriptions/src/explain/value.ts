import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { Finding } from "../finding";
import { isObject, type JsonObject } from "../json/json";
import { partedSchema } from "./schemas";
import { schemaFindings } from "./structure";
import { quote } from "./wording";

const MOST_FINDINGS = 20;
const RULE = "td-server-data-schema";

/**
 * What is wrong with a value that a DataSchema describes, such as what a Thing answered.
 *
 * @param schema a DataSchema, or a property affordance, which is one; undefined: nothing is expected
 * @returns empty: it fits. `path` leads into the value.
 * @see TD 1.1, section 5.3.2
 */
export function explainValue(value: unknown, schema: unknown): Finding[] {
  if (!isObject(schema)) return [];
  if (value === undefined) {
    return [{ level: "error", path: "", got: "nothing", wanted: wantedOf(schema), rule: RULE }];
  }
  try {
    const parted = partedSchema({ ...dataPart(schema), definitions: {} }, createAjv);
    return schemaFindings(parted, value, MOST_FINDINGS, () => RULE);
  } catch (cause) {
    // The schema itself is no JSON Schema: no value can be held to it.
    const reason = cause instanceof Error ? cause.message : String(cause);
    return [
      {
        level: "error",
        path: "",
        got: quote(value),
        wanted: `a usable schema: ${reason}`,
        rule: RULE,
      },
    ];
  }
}

/** Terms of interaction are no schema; `definitions` would be taken for one. */
function dataPart({ forms, uriVariables, definitions, ...schema }: JsonObject): JsonObject {
  return schema;
}

/** Unknown formats and vocabulary terms are lawful, and no reason to write to the console. */
function createAjv(options: { readonly allErrors: boolean }): Ajv {
  const ajv = new Ajv({ ...options, strict: false, verbose: true, logger: false });
  addFormats(ajv);
  return ajv;
}

function wantedOf({ type }: JsonObject): string {
  return typeof type === "string" ? `a value of the type ${type}` : "a value";
}
