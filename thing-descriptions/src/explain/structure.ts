import type { ErrorObject } from "ajv";
import type { Finding } from "../finding";
import { isObject } from "../json/json";
import { parsePointer } from "../json/pointer";
import { ruleAt } from "./rules";
import { type DocumentKind, type W3cSchema, w3cSchema } from "./schemas";
import { either, gotOf, quote, typeName, wantedOf } from "./wording";

interface Problem {
  readonly path: string;
  /** The member that is missing at the path. */
  readonly missing?: string;
  readonly got: string;
  readonly wanted: string;
}

/**
 * What W3C's JSON Schema says, one finding a fault: the noise of its alternatives is removed.
 *
 * @param most findings after which the search ends
 */
export function structuralFindings(kind: DocumentKind, value: unknown, most: number): Finding[] {
  return schemaFindings(w3cSchema(kind), value, most, (place) => ruleAt(place, kind));
}

/**
 * The same for any schema.
 *
 * @param ruleOf the rule that a fault at a place breaks; a missing member is the place's last segment
 */
export function schemaFindings(
  schema: W3cSchema,
  value: unknown,
  most: number,
  ruleOf: (place: readonly string[]) => string,
): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (const { missing, ...problem } of distil(schema.errors(value), schema)) {
    const key = `${problem.path} ${problem.got}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const place = [
      ...(parsePointer(problem.path) ?? []),
      ...(missing === undefined ? [] : [missing]),
    ];
    findings.push({ level: "error", ...problem, rule: ruleOf(place) });
    if (findings.length >= most) break;
  }
  return findings;
}

/**
 * Ajv reports the errors of every branch of a failed oneOf/anyOf, then the failure itself. Kept is
 * what stands outside any; each failed choice is told by its most likely branch alone. Linear in the
 * errors: a hostile document has many.
 */
function* distil(errors: readonly ErrorObject[], schema: W3cSchema): Generator<Problem> {
  const lastChoiceAt = new Map<string, number>();
  for (const [index, error] of errors.entries()) {
    if (isChoice(error)) lastChoiceAt.set(error.instancePath, index);
  }
  for (const [index, error] of errors.entries()) {
    const isInBranch = ancestorsOf(error.instancePath).some((ancestor) => {
      const choice = lastChoiceAt.get(ancestor) ?? -1;
      return choice > index && !areSiblings(error, errors[choice]);
    });
    if (isInBranch) continue;
    if (isChoice(error)) yield* explainChoice(error, schema);
    else yield plain(error);
  }
}

function isChoice(error: ErrorObject): boolean {
  return error.keyword === "oneOf" || error.keyword === "anyOf";
}

/** Two keywords of one schema: neither is a branch of the other. */
function areSiblings(error: ErrorObject, choice: ErrorObject | undefined): boolean {
  return error.parentSchema === choice?.parentSchema && !isChoice(error);
}

/** `/a/b` → `/a/b`, `/a`, `` */
function ancestorsOf(pointer: string): string[] {
  const ancestors = [pointer];
  for (let end = pointer.lastIndexOf("/"); end >= 0; end = pointer.lastIndexOf("/", end - 1)) {
    ancestors.push(pointer.slice(0, end));
    if (end === 0) break;
  }
  return ancestors;
}

function plain(error: ErrorObject): Problem {
  if (error.keyword === "not") return { ...notAllowed(error), path: error.instancePath };
  const missing = error.keyword === "required" ? { missing: error.params.missingProperty } : {};
  return { path: error.instancePath, ...missing, got: gotOf(error), wanted: wantedOf(error) };
}

function notAllowed(error: ErrorObject): { got: string; wanted: string } {
  const forbidden = isObject(error.schema) ? error.schema : {};
  const [member] = Array.isArray(forbidden.required) ? forbidden.required : [];
  if (forbidden.const !== undefined) {
    return { got: quote(error.data), wanted: `anything but ${quote(forbidden.const)}` };
  }
  if (typeof error.data === "string" && "pattern" in forbidden) {
    return { got: quote(error.data), wanted: "a JSON Pointer to a whole affordance" };
  }
  if (member !== undefined) {
    const value = isObject(error.data) ? error.data[String(member)] : undefined;
    return { got: `"${member}": ${quote(value)}`, wanted: `no such member "${member}"` };
  }
  return { got: quote(error.data), wanted: "no placeholder in a name" };
}

// How far a branch is from what was meant.
const NEAR = 0;
const OTHER_VALUE = 1;
const OTHER_VARIANT = 2;
const OTHER_TYPE = 3;
/** Members whose value tells the variants of an object apart. */
const DISCRIMINATORS = new Set(["/scheme", "/rel"]);

function explainChoice(choice: ErrorObject, schema: W3cSchema): Problem[] {
  const { instancePath: path, data } = choice;
  const branches = (Array.isArray(choice.schema) ? choice.schema : []).map((part: object) => {
    const errors = schema.errorsOf(part, data);
    return { part: schema.resolve(part), errors, distance: distanceOf(errors) };
  });
  const failed = branches.filter(({ errors }) => errors.length > 0);
  if (path === "/@context") return [contextProblem(data)];
  if (failed.length < branches.length) {
    return [{ path, got: quote(data), wanted: "exactly one of the alternatives" }];
  }
  const nearest = Math.min(...failed.map(({ distance }) => distance));
  const best = failed
    .filter(({ distance }) => distance === nearest)
    .reduce((a, b) => (b.errors.length < a.errors.length ? b : a));
  if (nearest === OTHER_TYPE) {
    return [{ path, got: quote(data), wanted: either(failed.map(({ part }) => kindOf(part))) }];
  }
  if (isPlaceholder(best.part)) {
    return [{ path, got: quote(data), wanted: either(failed.map(({ part }) => describe(part))) }];
  }
  if (nearest === OTHER_VARIANT) return [variantProblem(path, failed)];
  return [...distil(best.errors, schema)].map((problem) => ({
    ...problem,
    path: path + problem.path,
  }));
}

function distanceOf(errors: readonly ErrorObject[]): number {
  let distance = NEAR;
  for (const { instancePath, keyword, params } of errors) {
    if (instancePath === "") {
      distance = Math.max(distance, keyword === "type" ? OTHER_TYPE : OTHER_VALUE);
      if (keyword === "required" && DISCRIMINATORS.has(`/${params.missingProperty}`)) {
        distance = Math.max(distance, OTHER_VARIANT);
      }
      if (keyword === "required" && distance === OTHER_VALUE) distance = NEAR;
    } else if (DISCRIMINATORS.has(instancePath)) distance = Math.max(distance, OTHER_VARIANT);
  }
  return distance;
}

function variantProblem(
  path: string,
  failed: readonly { readonly errors: readonly ErrorObject[] }[],
): Problem {
  const errors = failed
    .flatMap((branch) => branch.errors)
    .filter(
      ({ instancePath, keyword }) =>
        DISCRIMINATORS.has(instancePath) && !/^(oneOf|anyOf)$/.test(keyword),
    );
  const first = errors[0];
  if (!first) return { path, got: 'no member "scheme"', wanted: 'a member "scheme"' };
  return {
    path: path + first.instancePath,
    got: quote(first.data),
    wanted: either(errors.map(wantedOf)),
  };
}

function isPlaceholder(part: object): boolean {
  return "pattern" in part && String(part.pattern).includes("[{]{2}");
}

function kindOf(part: object): string {
  return "type" in part && !isPlaceholder(part) ? typeName(part.type) : describe(part);
}

function describe(part: object): string {
  if (isPlaceholder(part)) return "a placeholder such as {{NAME}}";
  if ("enum" in part && Array.isArray(part.enum)) return either(part.enum.map(String));
  if ("const" in part) return quote(part.const);
  if ("type" in part) return typeName(part.type);
  return "properties" in part || "allOf" in part ? "an object" : "another value";
}

function contextProblem(data: unknown): Problem {
  return {
    path: "/@context",
    got: quote(data),
    wanted:
      '"https://www.w3.org/2022/wot/td/v1.1", alone or first in an array whose further elements are ' +
      'URIs or objects of prefixes ("https://www.w3.org/2019/wot/td/v1" may precede it)',
  };
}
