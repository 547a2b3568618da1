import type { ExposedThing } from "@node-wot/core";
import type { DataSchema } from "wot-typescript-definitions";
import { InputError } from "../errors";
import { validate } from "./schema";

type Schemas = Readonly<Record<string, DataSchema>>;

/**
 * The URI variables of an affordance; its own win over the Thing's (TD 1.1, section 5.3.1.2).
 * Those a binding needs for single operations only are not among them.
 */
export function uriVariableSchemas(
  thing: ExposedThing,
  affordance: { uriVariables?: unknown },
): Schemas | undefined {
  const own = affordance.uriVariables as Schemas | undefined;
  const common = thing.uriVariables as Schemas | undefined;
  const merged = Object.entries({ ...common, ...own }).filter(([, one]) => !operational.has(one));
  return merged.length > 0 ? Object.fromEntries(merged) : undefined;
}

const operational = new WeakSet<DataSchema>();

/**
 * Declares a variable that only some forms use: which properties to read, which invocation is
 * meant. What a form names has to stand in the description (TD 1.1, `td-uriVariables-names`).
 *
 * @param holder a Thing, or an affordance
 * @param wanted its name, where the Thing itself uses it for nothing else
 * @returns the name declared
 */
export function declareOperationVariable(
  holder: object,
  wanted: string,
  schema: DataSchema,
): string {
  const described = holder as { uriVariables?: Record<string, DataSchema> };
  described.uriVariables ??= {};
  const variables = described.uriVariables;
  let name = wanted;
  for (let n = 2; Object.hasOwn(variables, name) && !isSame(variables[name], schema); n++) {
    name = `${wanted}${n}`;
  }
  // A description that was exposed before carries the same declaration.
  const declared = { ...schema };
  variables[name] = declared;
  operational.add(declared);
  return name;
}

function isSame(one: DataSchema | undefined, other: DataSchema): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** RFC 6570 form expression for the variables; `&` continues a query that is there already. */
export function uriTemplate(schemas: Schemas | undefined, operator: "?" | "&"): string {
  if (!schemas) return "";
  return `{${operator}${Object.keys(schemas).map(encodeURIComponent).join(",")}}`;
}

/**
 * Query string → typed values of the declared variables; what is not declared is ignored.
 * @throws InputError with the variable's name as path
 */
export function parseUriVariables(
  query: string,
  schemas: Schemas | undefined,
): Record<string, unknown> | undefined {
  if (!schemas || query === "") return undefined;
  const values: Record<string, unknown> = {};
  for (const [name, text] of new URLSearchParams(query)) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (!schema) continue;
    const value = typed(text, schema);
    try {
      validate(value, schema);
    } catch (cause) {
      const wanted = cause instanceof InputError ? String(cause.details.wanted) : "a valid value";
      throw new InputError({ path: `?${name}`, got: text, wanted }, { cause });
    }
    values[name] = value;
  }
  return Object.keys(values).length > 0 ? values : undefined;
}

function typed(text: string, schema: DataSchema): unknown {
  switch (schema.type) {
    case "number":
    case "integer":
      // Number("") is 0, and a variable without a value is no number.
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    default:
      return text;
  }
}
