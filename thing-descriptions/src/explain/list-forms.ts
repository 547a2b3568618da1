import { isObject, type JsonObject } from "../json/json";
import { formatPointer } from "../json/pointer";
import { type AffordanceKind, formsOf, operationsOf } from "./walk";

/** One form, and what it is a form of. */
export interface ListedForm {
  /** JSON Pointer of the form: `/properties/status/forms/0`. */
  readonly path: string;
  readonly form: JsonObject;
  /** What it offers, by the defaults of TD 1.1 where it does not say so itself. */
  readonly operations: readonly string[];
  /** undefined: a form of the Thing itself. */
  readonly of:
    | { readonly kind: AffordanceKind; readonly name: string; readonly affordance: JsonObject }
    | undefined;
}

/** Every form of a Thing Description, the Thing's own first. Malformed ones are passed over. */
export function listForms(td: unknown): ListedForm[] {
  if (!isObject(td)) return [];
  return formsOf(td).map((placed) => ({
    path: formatPointer(placed.path),
    form: placed.form,
    operations: operationsOf(placed),
    of: placed.of && {
      kind: placed.of.kind,
      name: placed.of.name,
      affordance: placed.of.affordance,
    },
  }));
}
