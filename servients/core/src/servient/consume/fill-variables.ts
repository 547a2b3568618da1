import type { Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { validate } from "../../bindings/schema";
import { expandTemplate, variablesOf } from "../../discovery/uri-template";
import { InputError } from "../../errors";

type Schemas = Readonly<Record<string, WoT.DataSchema>>;
type Values = Readonly<Record<string, unknown>>;

/**
 * A form with the variables of its URI template filled in; what is not given takes its default, or
 * vanishes.
 *
 * @param schemas of the Thing's and the affordance's variables
 * @throws InputError for a variable that is declared nowhere, or a value that does not fit
 * @see TD 1.1, td-client-uri-template
 */
export function fillVariables(form: Form, schemas: Schemas, given: Values = {}): Form {
  const names = variablesOf(form.href);
  for (const [name, value] of Object.entries(given)) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema) checkVariable(name, value, schema);
    else if (!names.includes(name)) {
      const wanted = `a variable of the description: ${Object.keys(schemas).join(", ") || "none"}`;
      throw new InputError({ path: "/uriVariables", got: name, wanted });
    }
  }
  if (names.length === 0) return form;
  const values: Record<string, string | number | boolean> = {};
  for (const name of names) {
    const value = given[name] ?? schemas[name]?.default;
    if (value !== undefined && value !== null) values[name] = value as string | number | boolean;
  }
  return { ...form, href: expandTemplate(form.href, values) };
}

function checkVariable(name: string, value: unknown, schema: WoT.DataSchema): void {
  // Absent is always lawful.
  if (value === undefined) return;
  try {
    validate(value, schema);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const { path, got, wanted } = cause.details as { path: string; got: unknown; wanted: string };
    throw new InputError({ path: `/uriVariables/${name}${path}`, got, wanted }, { cause });
  }
}
