import { explain } from "@fogwot/thing-descriptions";
import { ROOT_FIELD, type ValidationError } from "./errors";

/**
 * What W3C's JSON Schema of TD 1.1, which takes TD 1.0 as well, finds wrong with a Thing Description. A
 * directory must take whatever that takes.
 *
 * @see W3C WoT Discovery, tdd-validation-jsonschema
 */
export function schemaErrors(td: Readonly<Record<string, unknown>>): ValidationError[] {
  return explain(td, { kind: "td", schemaOnly: true })
    .filter(({ level }) => level === "error")
    .map(({ path, got, wanted }) => ({
      field: path || ROOT_FIELD,
      description: `got ${got}, wanted ${wanted}`,
    }));
}
