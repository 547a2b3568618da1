import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import type { Path } from "../walk";
import { quote } from "../wording";
import { type Check, warning } from "./check";

/** Every prefix in use is declared, and no term of the standard is declared anew. */
export const checkContext: Check = (document) => {
  const contexts = Array.isArray(document["@context"])
    ? document["@context"]
    : [document["@context"]];
  const findings: Finding[] = [];
  const prefixes = new Set(PREDEFINED);
  let remote = false;
  for (const [index, context] of contexts.entries()) {
    if (typeof context === "string") remote ||= !TD_CONTEXT.test(context);
    if (!isObject(context)) continue;
    for (const [name, value] of Object.entries(context)) {
      if (!name.startsWith("@")) prefixes.add(name);
      if (!REDEFINABLE.has(name)) continue;
      findings.push(
        warning({
          path: ["@context", index, name],
          got: `prefix "${name}" for ${quote(value)}`,
          wanted: `another prefix: "${name}" is a term of the TD vocabulary, which wins inside affordances`,
          rule: "td-context",
        }),
      );
    }
  }
  // A context from elsewhere may define any prefix, and is never fetched.
  if (!remote) findings.push(...undeclared(document, prefixes));
  return findings;
};

const TD_CONTEXT = /^https?:\/\/(www\.)?w3\.org\/(2019\/wot\/td\/v1|2022\/wot\/td\/v1\.1)$/;
/** Prefixes of the TD 1.1 context. */
const PREDEFINED = [
  "td",
  "jsonschema",
  "wotsec",
  "hctl",
  "rdfs",
  "xsd",
  "dct",
  "htv",
  "tm",
  "schema",
  "rdf",
];
/** Terms that make plausible prefixes. `unit` would be one for QUDT, and does not work. */
const REDEFINABLE = new Set([
  "unit",
  "name",
  "schema",
  "security",
  "version",
  "base",
  "links",
  "forms",
  "profile",
  "title",
  "type",
  "id",
]);

function undeclared(document: JsonObject, prefixes: ReadonlySet<string>): Finding[] {
  const reported = new Set<string>();
  const findings: Finding[] = [];
  const use = (term: string, path: Path): void => {
    const prefix = /^([A-Za-z][\w-]*):(?!\/\/)[A-Za-z_][\w./-]*$/.exec(term)?.[1];
    if (prefix === undefined || prefixes.has(prefix) || URI_SCHEMES.has(prefix)) return;
    if (reported.has(prefix)) return;
    reported.add(prefix);
    findings.push(
      warning({
        path,
        got: `prefix "${prefix}" in ${quote(term)}`,
        wanted: `"${prefix}" declared in @context`,
        rule: "td-context",
      }),
    );
  };
  visitTerms(document, [], use);
  return findings;
}

const URI_SCHEMES = new Set(["urn", "did", "tag", "doi", "mailto", "tel", "http", "https"]);
const FREE_NAMES = new Set([
  "properties",
  "actions",
  "events",
  "uriVariables",
  "schemaDefinitions",
  "securityDefinitions",
  "titles",
  "descriptions",
]);
const VALUES = new Set(["const", "default", "enum", "@context"]);

function visitTerms(value: unknown, path: Path, use: (term: string, path: Path) => void): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitTerms(item, [...path, index], use);
    return;
  }
  if (!isObject(value)) return;
  const free = FREE_NAMES.has(String(path.at(-1)));
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, name];
    if (!free && VALUES.has(name)) continue;
    if (!free) use(name, at);
    if (!free && (name === "@type" || name === "unit")) {
      for (const term of Array.isArray(member) ? member : [member]) {
        if (typeof term === "string") use(term, at);
      }
    } else visitTerms(member, at, use);
  }
}
