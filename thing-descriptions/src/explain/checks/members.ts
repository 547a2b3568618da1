import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { standardContext } from "../../jsonld/contexts";
import { w3cSchema } from "../schemas";
import type { Path } from "../walk";
import { quote } from "../wording";
import { type Check, warning } from "./check";
import { nearest } from "./nearest";

/**
 * Members without prefix that no vocabulary defines: lawful, as JSON-LD makes an IRI of anything, and
 * nearly always misspelt. Each name is told once.
 */
export const checkMembers: Check = (document, kind) => {
  const known = new Set(w3cSchema("td").names);
  if (kind === "tm") for (const name of w3cSchema("tm").names) known.add(name);
  for (const context of [document["@context"]].flat()) {
    const terms = isObject(context) ? context : standardContext(String(context));
    // A context from elsewhere may define any name.
    if (!terms) return [];
    collectTerms(terms, known);
  }
  // Classes stand in @type, not in names.
  const names = [...known].filter((term) => !/^[A-Z]/.test(term));
  const findings = new Map<string, Finding>();
  visitMembers(document, [], (name, path) => {
    if (known.has(name)) return true;
    // To look for what was meant takes time, which a hostile document would use up.
    if (findings.has(name) || findings.size >= MOST_NAMES) return false;
    const meant = nearest(name, names);
    findings.set(
      name,
      warning({
        path,
        got: `a member ${quote(name)}, which no vocabulary of this document defines`,
        wanted:
          meant === undefined
            ? "a term of TD 1.1, or one of an extension with its prefix"
            : `${quote(meant)}, or a term of an extension with its prefix`,
        rule: "td-context",
      }),
    );
    return false;
  });
  return [...findings.values()];
};

const MOST_NAMES = 50;

/** Terms of a context and of those within it: a name that is known somewhere is no slip of the pen. */
function collectTerms(context: JsonObject, terms: Set<string>): void {
  for (const [term, definition] of Object.entries(context)) {
    terms.add(term);
    if (isObject(definition) && isObject(definition["@context"])) {
      collectTerms(definition["@context"], terms);
    }
  }
}

/** Their members have names of the author's choice. */
const NAMED = new Set([
  "properties",
  "actions",
  "events",
  "uriVariables",
  "schemaDefinitions",
  "securityDefinitions",
]);
/** They hold values, and no description. */
const VALUES = new Set(["@context", "const", "default", "enum", "titles", "descriptions"]);

function visitMembers(
  value: unknown,
  path: Path,
  isKnown: (name: string, path: Path) => boolean,
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitMembers(item, [...path, index], isKnown);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, name];
    // Prefixed names are an extension's, $comment and the like JSON Schema's.
    if (name.includes(":") || name.startsWith("$") || VALUES.has(name)) continue;
    if (!name.startsWith("@") && !isKnown(name, at)) continue;
    if (!NAMED.has(name) || !isObject(member)) visitMembers(member, at, isKnown);
    else
      for (const [key, item] of Object.entries(member)) visitMembers(item, [...at, key], isKnown);
  }
}
