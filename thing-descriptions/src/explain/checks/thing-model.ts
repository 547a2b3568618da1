import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { atPointer, formatPointer, parsePointer } from "../../json/pointer";
import { elements, type Path } from "../walk";
import { quote } from "../wording";
import { type Check, error, warning } from "./check";
import { onCircles } from "./circles";

/** What only a Thing Model may hold, held rightly. */
export const checkThingModel: Check = (document) => [
  ...checkOptional(document),
  ...checkTerms(document, []),
  ...checkExtensions(document),
  ...checkSubmodels(document),
  ...checkRequired(document),
];

/**
 * Whether a null stands beside or below a `tm:ref`, where it removes what is referred to. W3C's schema
 * of Thing Models knows no null there.
 *
 * @see TD 1.1, section 9.3.2
 */
export function isRemoval(document: JsonObject, pointer: string): boolean {
  const path = parsePointer(pointer) ?? [];
  if (path.length === 0 || atPointer(document, pointer) !== null) return false;
  return path.some((_segment, depth) => {
    const holder = atPointer(document, formatPointer(path.slice(0, depth)));
    return isObject(holder) && holder["tm:ref"] !== undefined;
  });
}

function checkOptional(document: JsonObject): Finding[] {
  const optional = document["tm:optional"];
  if (!Array.isArray(optional)) return [];
  const inherits = elements(document.links).some(([, link]) => link.rel === "tm:extends");
  return optional.flatMap((pointer, index) => {
    if (typeof pointer !== "string") return [];
    const [kind, , ...deeper] = parsePointer(pointer) ?? [];
    // Malformed pointers are the schema's to tell; what is inherited stands in another document.
    const wellFormed =
      ["properties", "actions", "events"].includes(kind ?? "") && deeper.length === 0;
    if (!wellFormed || inherits || isObject(atPointer(document, pointer))) return [];
    return [
      error({
        path: ["tm:optional", index],
        got: quote(pointer),
        wanted: "a JSON Pointer to an affordance of this model",
        rule: "tm-tmOptional-resolver",
      }),
    ];
  });
}

function checkTerms(value: unknown, path: Path): Finding[] {
  if (typeof value === "string") return checkBraces(value, path);
  if (Array.isArray(value)) return value.flatMap((item, i) => checkTerms(item, [...path, i]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = [...path, name];
    return name === "tm:ref" ? checkReference(member, at) : checkTerms(member, at);
  });
}

function checkBraces(text: string, path: Path): Finding[] {
  if (!/\{\{|\}\}/.test(text.replace(/\{\{[ -z|~]+\}\}/g, ""))) return [];
  return [
    error({
      path,
      got: quote(text),
      wanted: "a placeholder of printable ASCII between double braces, such as {{NAME}}",
      rule: "tm-placeholder",
    }),
  ];
}

function checkReference(reference: unknown, path: Path): Finding[] {
  const pointer =
    typeof reference === "string" ? /^[^#\s]*#(\/.*)$/.exec(reference)?.[1] : undefined;
  if (pointer !== undefined && parsePointer(pointer) !== undefined) return [];
  return [
    error({
      path,
      got: quote(reference),
      wanted: "<URI of a Thing Model>#<JSON Pointer>, such as ./lamp.tm.jsonld#/properties/status",
      rule: "tm-tmRef1",
    }),
  ];
}

/** References within the document lead somewhere, and never back to themselves. */
function checkExtensions(document: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const inherits = elements(document.links).some(([, link]) => link.rel === "tm:extends");
  const references = new Map<string, readonly string[]>();
  collect(document, [], (target, path) => {
    references.set(formatPointer(path), [target]);
    if (inherits || atPointer(document, target) !== undefined) return;
    findings.push(
      error({
        path: [...path, "tm:ref"],
        got: quote(`#${target}`),
        wanted: "a pointer to something in this model",
        rule: "tm-tmRef1",
      }),
    );
  });
  for (const at of onCircles(references)) {
    findings.push(
      error({
        path: [...(parsePointer(at) ?? []), "tm:ref"],
        got: "a reference that leads back to itself",
        wanted: "no circle",
        rule: "tm-ref-recursive-extensions",
      }),
    );
  }
  return findings;
}

function collect(value: unknown, path: Path, each: (target: string, path: Path) => void): void {
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) collect(item, [...path, i], each);
  if (!isObject(value)) return;
  const reference = value["tm:ref"];
  if (typeof reference === "string" && reference.startsWith("#/")) each(reference.slice(1), path);
  for (const [name, member] of Object.entries(value)) collect(member, [...path, name], each);
}

/** Parts are told apart by their instance names, or by their files where they have none. */
function checkSubmodels(document: JsonObject): Finding[] {
  const places = new Map<string, number>();
  return elements(document.links).flatMap(([index, { rel, href, instanceName }]) => {
    if (rel !== "tm:submodel" || typeof href !== "string") return [];
    const isNamed = typeof instanceName === "string";
    const key = isNamed ? `name ${instanceName}` : `file ${href}`;
    const before = places.get(key);
    if (before === undefined) {
      places.set(key, index);
      return [];
    }
    const finding = {
      path: isNamed ? ["links", index, "instanceName"] : ["links", index],
      got: isNamed ? `${quote(instanceName)}, as /links/${before} has it` : `${quote(href)} again`,
      wanted: isNamed
        ? "another name for each part"
        : "an instanceName for each of several equal parts",
      rule: "tm-compose-name-collision",
    };
    return [isNamed ? error(finding) : warning(finding)];
  });
}

/** `tm:required` was the opposite of `tm:optional` in drafts of TD 1.1. */
function checkRequired(document: JsonObject): Finding[] {
  if (document["tm:required"] === undefined) return [];
  return [
    warning({
      path: ["tm:required"],
      got: '"tm:required", a term of drafts only',
      wanted: '"tm:optional" with the affordances that may be left out: all others are required',
      rule: "tm-tmOptional",
    }),
  ];
}
