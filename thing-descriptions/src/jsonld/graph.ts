import { isObject, type JsonObject } from "../json/json";

/** Expanded JSON-LD, read by IRI. A member that is not there is an empty list. */
export type Node = Readonly<JsonObject>;

/** What stands under the IRI: nodes, references and literals. */
export function valuesOf(node: Node, iri: string): Node[] {
  const values = Object.hasOwn(node, iri) ? node[iri] : undefined;
  return (Array.isArray(values) ? values : []).flatMap((value) => {
    if (!isObject(value)) return [];
    const list = value["@list"] ?? value["@set"];
    return Array.isArray(list) ? list.filter(isObject) : [value];
  });
}

export function typesOf(node: Node): string[] {
  const types = node["@type"];
  return (Array.isArray(types) ? types : [types]).filter((type) => typeof type === "string");
}

/** The literal itself, of a value object. */
export function literalOf(value: Node): string | number | boolean | undefined {
  const literal = value["@value"];
  return typeof literal === "string" || typeof literal === "number" || typeof literal === "boolean"
    ? literal
    : undefined;
}

export function textsOf(node: Node, iri: string): string[] {
  return valuesOf(node, iri).flatMap((value) => {
    const literal = literalOf(value);
    return literal === undefined ? [] : [String(literal)];
  });
}

/** Numbers, also where they are written as text: `"49.5"^^xsd:double`. */
export function numberOf(node: Node, iri: string): number | undefined {
  for (const text of textsOf(node, iri)) {
    const number = Number(text);
    if (text.trim() !== "" && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** Every node below, itself included. Iterative. */
export function* descendants(node: Node): Generator<Node> {
  const open: unknown[] = [node];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (isObject(value)) {
      yield value;
      for (const member of Object.values(value)) {
        if (typeof member === "object" && member !== null) open.push(member);
      }
    }
  }
}
