import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { dataSchemasOf, members, type Path, type PlacedSchema, strings } from "../walk";
import { quote, typeName } from "../wording";
import { type Check, error, warning } from "./check";

/** Data schemas that some value can satisfy, and that say what they mean. */
export const checkDataSchemas: Check = (document) => [
  ...dataSchemasOf(document).flatMap((placed) => [
    ...checkRanges(placed),
    ...checkConstants(placed),
    ...checkPattern(placed),
    ...checkContents(placed),
  ]),
  ...checkUriVariables(document),
];

const RANGES = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
] as const;

function checkRanges({ schema, path }: PlacedSchema): Finding[] {
  return RANGES.flatMap(([low, high]) => {
    const [least, most] = [schema[low], schema[high]];
    if (typeof least !== "number" || typeof most !== "number" || least <= most) return [];
    return [
      error({
        path: [...path, low],
        got: `${low} ${least} above ${high} ${most}`,
        wanted: `${low} ≤ ${high}: no value lies between them`,
        rule: "server-data-schema",
      }),
    ];
  });
}

/** enum, const and default are values of the type beside them. */
function checkConstants({ schema, path }: PlacedSchema): Finding[] {
  const { type } = schema;
  const findings: Finding[] = [];
  const values: [string, unknown, Path][] = [];
  if (schema.const !== undefined) values.push(["const", schema.const, [...path, "const"]]);
  if (schema.default !== undefined) values.push(["default", schema.default, [...path, "default"]]);
  if (Array.isArray(schema.enum)) {
    for (const [i, value] of schema.enum.entries())
      values.push(["enum", value, [...path, "enum", i]]);
  }
  for (const [term, value, at] of values) {
    if (typeof type !== "string" || isOfType(value, type) || isPlaceholder(value)) continue;
    findings.push(
      warning({
        path: at,
        got: quote(value),
        wanted: `${typeName(type)}, as the type says: else this ${term} can never be met`,
        rule: "server-data-schema",
      }),
    );
  }
  if (schema.enum !== undefined && schema.const !== undefined) {
    findings.push(
      warning({
        path: [...path, "const"],
        got: "const beside enum",
        wanted: "one of them: const allows a single value already",
        rule: "td-data-schema",
      }),
    );
  }
  return findings;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "null":
      return value === null;
    case "number":
    case "string":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

function isPlaceholder(value: unknown): boolean {
  return typeof value === "string" && /\{\{[^{}]+\}\}/.test(value);
}

function checkPattern({ schema, path }: PlacedSchema): Finding[] {
  if (typeof schema.pattern !== "string" || isPlaceholder(schema.pattern)) return [];
  try {
    new RegExp(schema.pattern, "u");
    return [];
  } catch {
    return [
      error({
        path: [...path, "pattern"],
        got: quote(schema.pattern),
        wanted: "a regular expression (ECMA-262)",
        rule: "td-vocab-pattern--StringSchema",
      }),
    ];
  }
}

function checkContents({ schema, path }: PlacedSchema): Finding[] {
  const findings: Finding[] = [];
  if (schema.type === "array" && schema.items === undefined) {
    findings.push(
      warning({
        path,
        got: "an array of anything",
        wanted: '"items", so that a Consumer knows the elements',
        rule: "td-vocab-items--ArraySchema",
      }),
    );
  }
  if (schema.type === "object" && schema.properties === undefined) {
    findings.push(
      warning({
        path,
        got: "an object of anything",
        wanted: '"properties", so that a Consumer knows the members',
        rule: "td-vocab-properties--ObjectSchema",
      }),
    );
  }
  if (isObject(schema.properties)) {
    for (const [index, name] of strings(schema.required).entries()) {
      if (Object.hasOwn(schema.properties, name)) continue;
      findings.push(
        warning({
          path: [...path, "required", index],
          got: quote(name),
          wanted: "a member that properties describes",
          rule: "td-vocab-required--ObjectSchema",
        }),
      );
    }
  }
  if (schema.readOnly === true && schema.writeOnly === true) {
    findings.push(
      warning({
        path,
        got: "readOnly and writeOnly",
        wanted: "at most one of them",
        rule: "td-vocab-readOnly--DataSchema",
      }),
    );
  }
  return findings;
}

function checkUriVariables(document: JsonObject): Finding[] {
  const owners: [JsonObject, Path][] = [[document, []]];
  for (const kind of ["properties", "actions", "events"]) {
    for (const [name, affordance] of members(document[kind]))
      owners.push([affordance, [kind, name]]);
  }
  return owners.flatMap(([owner, path]) =>
    members(owner.uriVariables).flatMap(([name, schema]) =>
      schema.type === "object" || schema.type === "array"
        ? [
            error({
              path: [...path, "uriVariables", name, "type"],
              got: quote(schema.type),
              wanted: "a type that fits into a URI: string, number, integer or boolean",
              rule: "td-vocab-uriVariables--InteractionAffordance",
            }),
          ]
        : [],
    ),
  );
}
