import type { DataSchema } from "wot-typescript-definitions";
import { InputError } from "../errors";

/** URI variable that names the properties of `readmultipleproperties`. */
export const NAMES_VARIABLE = "names";
export const NAMES: DataSchema = {
  type: "string",
  description:
    "Names of properties, separated by commas; a comma or % inside one is percent-encoded.",
};

/** URI variable that says which invocation is queried or cancelled. */
export const INVOCATION_VARIABLE = "invocation";
export const INVOCATION: DataSchema = {
  type: "string",
  description: "Which invocation: the last segment of the href in its status.",
};

/**
 * The properties a query names.
 * @param parameter the variable as declared
 * @returns undefined where it names none
 * @throws InputError for a name that is no readable property's
 */
export function namesIn(
  query: string,
  parameter: string,
  readable: readonly string[],
): string[] | undefined {
  if (query === "") return undefined;
  const given = new URLSearchParams(query).getAll(parameter);
  if (given.length === 0) return undefined;
  const names = given.flatMap((list) => list.split(",")).filter((name) => name !== "");
  return [...new Set(names.map((name) => nameOf(name, parameter, readable)))];
}

/** A name as it is, or with its commas and percent signs encoded. */
function nameOf(given: string, parameter: string, readable: readonly string[]): string {
  if (readable.includes(given)) return given;
  const decoded = given.replace(/%(2c|25)/gi, (_, code) => (code === "25" ? "%" : ","));
  if (readable.includes(decoded)) return decoded;
  const wanted = "the names of readable properties, separated by commas";
  throw new InputError({ path: `?${parameter}`, got: decoded, wanted });
}
