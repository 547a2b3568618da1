import { isObject, type JsonObject } from "../json/json";

export type AffordanceKind = "properties" | "actions" | "events";
export const AFFORDANCE_KINDS: readonly AffordanceKind[] = ["properties", "actions", "events"];

export type Path = readonly (string | number)[];

export interface PlacedAffordance {
  readonly kind: AffordanceKind;
  readonly name: string;
  readonly affordance: JsonObject;
  readonly path: Path;
}

export interface PlacedForm {
  readonly form: JsonObject;
  readonly path: Path;
  /** undefined: a form of the Thing itself. */
  readonly of: PlacedAffordance | undefined;
}

export interface PlacedSchema {
  readonly schema: JsonObject;
  readonly path: Path;
}

/** Members of an object that are objects themselves: what is malformed is the schema's to report. */
export function members(value: unknown): [string, JsonObject][] {
  if (!isObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

export function elements(value: unknown): [number, JsonObject][] {
  if (!Array.isArray(value)) return [];
  return [...value.entries()].filter((entry): entry is [number, JsonObject] => isObject(entry[1]));
}

/** A string or an array of strings, as TD writes many terms. */
export function strings(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === "string");
}

export function affordancesOf(document: JsonObject): PlacedAffordance[] {
  return AFFORDANCE_KINDS.flatMap((kind) =>
    members(document[kind]).map(([name, affordance]) => ({
      kind,
      name,
      affordance,
      path: [kind, name],
    })),
  );
}

export function formsOf(document: JsonObject): PlacedForm[] {
  const placed = (value: unknown, path: Path, of: PlacedAffordance | undefined): PlacedForm[] =>
    elements(value).map(([index, form]) => ({ form, path: [...path, "forms", index], of }));
  return [
    ...placed(document.forms, [], undefined),
    ...affordancesOf(document).flatMap((of) => placed(of.affordance.forms, of.path, of)),
  ];
}

/** Operations a form offers, where it does not say so itself. @see TD 1.1, section 5.4 */
export function operationsOf({ form, of }: PlacedForm): string[] {
  if (form.op !== undefined) return strings(form.op);
  if (of?.kind === "actions") return ["invokeaction"];
  if (of?.kind === "events") return ["subscribeevent", "unsubscribeevent"];
  if (of?.affordance.readOnly === true) return ["readproperty"];
  if (of?.affordance.writeOnly === true) return ["writeproperty"];
  return of ? ["readproperty", "writeproperty"] : [];
}

const SCHEMA_MEMBERS: Readonly<Record<AffordanceKind, readonly string[]>> = {
  properties: [],
  actions: ["input", "output"],
  events: ["subscription", "data", "dataResponse", "cancellation"],
};

/** Every DataSchema of the document, nested ones too; a property is one itself. */
export function dataSchemasOf(document: JsonObject): PlacedSchema[] {
  const tops: PlacedSchema[] = [];
  const collect = (value: unknown, path: Path): void => {
    for (const [name, schema] of members(value)) tops.push({ schema, path: [...path, name] });
  };
  collect(document.schemaDefinitions, ["schemaDefinitions"]);
  collect(document.uriVariables, ["uriVariables"]);
  for (const { kind, affordance, path } of affordancesOf(document)) {
    if (kind === "properties") tops.push({ schema: affordance, path });
    for (const name of SCHEMA_MEMBERS[kind]) {
      const schema = affordance[name];
      if (isObject(schema)) tops.push({ schema, path: [...path, name] });
    }
    collect(affordance.uriVariables, [...path, "uriVariables"]);
  }
  return tops.flatMap(nested);
}

function nested(top: PlacedSchema): PlacedSchema[] {
  const { schema, path } = top;
  const inner = [
    ...members(schema.properties).map(([name, s]) => ({
      schema: s,
      path: [...path, "properties", name],
    })),
    ...elements(schema.items).map(([i, s]) => ({ schema: s, path: [...path, "items", i] })),
    ...elements(schema.oneOf).map(([i, s]) => ({ schema: s, path: [...path, "oneOf", i] })),
  ];
  if (isObject(schema.items)) inner.push({ schema: schema.items, path: [...path, "items"] });
  return [top, ...inner.flatMap(nested)];
}
