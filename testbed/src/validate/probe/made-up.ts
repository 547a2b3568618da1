import { explainValue } from "@fogwot/thing-descriptions";

type Schema = Readonly<Record<string, unknown>>;

/** A value, or none that could be thought of. */
export type MadeUp = { readonly value: unknown } | undefined;

const DEEPEST = 20;
const LONGEST = 1_000;
const EXAMPLES: Readonly<Record<string, string>> = {
  "date-time": "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  time: "00:00:00Z",
  email: "nobody@example.com",
  hostname: "example.com",
  ipv4: "127.0.0.1",
  ipv6: "::1",
  uri: "urn:example:probe",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/**
 * The least value that a DataSchema accepts: what the schema names itself (const, default, enum), else
 * required members only, the fewest elements, the number nearest to 0.
 *
 * @returns undefined where the result would not fit, as with a pattern
 */
export function makeUp(schema: unknown): MadeUp {
  const value = least(schema, 0);
  return value === undefined || explainValue(value, schema).length > 0 ? undefined : { value };
}

function least(schema: unknown, depth: number): unknown {
  if (typeof schema !== "object" || schema === null || depth > DEEPEST) return undefined;
  const { const: only, default: usual, enum: choices, oneOf, type } = schema as Schema;
  if (only !== undefined) return only;
  if (usual !== undefined) return usual;
  if (Array.isArray(choices)) return choices[0];
  if (Array.isArray(oneOf)) return least({ ...schema, oneOf: undefined, ...oneOf[0] }, depth + 1);
  switch (type ?? kindOf(schema as Schema)) {
    case "object":
      return leastObject(schema as Schema, depth);
    case "array":
      return leastArray(schema as Schema, depth);
    case "integer":
      return leastNumber(schema as Schema, 1);
    case "number":
      return leastNumber(schema as Schema, undefined);
    case "string":
      return leastString(schema as Schema);
    case "boolean":
      return false;
    default:
      return type === "null" ? null : undefined;
  }
}

function kindOf({ properties, items }: Schema): string | undefined {
  if (properties !== undefined) return "object";
  return items === undefined ? undefined : "array";
}

function leastObject({ properties, required }: Schema, depth: number): object {
  const schemas = (properties ?? {}) as Schema;
  const names = Array.isArray(required) ? required.map(String) : [];
  return Object.fromEntries(names.map((name) => [name, least(schemas[name], depth + 1)]));
}

function leastArray({ items, minItems }: Schema, depth: number): unknown[] | undefined {
  const count = typeof minItems === "number" ? minItems : 0;
  if (count > LONGEST) return undefined;
  return Array.from({ length: count }, (_, index) =>
    least(Array.isArray(items) ? items[index] : items, depth + 1),
  );
}

function leastNumber(schema: Schema, step: number | undefined): number {
  const limit = (name: string): number | undefined =>
    typeof schema[name] === "number" ? schema[name] : undefined;
  const unit = limit("multipleOf") ?? step;
  const margin = unit ?? 0.001;
  const above = limit("exclusiveMinimum");
  const below = limit("exclusiveMaximum");
  const low = limit("minimum") ?? (above === undefined ? Number.NEGATIVE_INFINITY : above + margin);
  const high =
    limit("maximum") ?? (below === undefined ? Number.POSITIVE_INFINITY : below - margin);
  const nearest = Math.min(Math.max(0, low), high);
  if (unit === undefined) return nearest;
  return nearest > 0 ? Math.ceil(nearest / unit) * unit : Math.floor(nearest / unit) * unit + 0;
}

function leastString({ minLength, format }: Schema): string | undefined {
  const length = typeof minLength === "number" ? minLength : 0;
  if (length > LONGEST) return undefined;
  const example = typeof format === "string" ? (EXAMPLES[format] ?? "") : "";
  return example.padEnd(length, "x");
}
