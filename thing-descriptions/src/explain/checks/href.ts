import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import type { DocumentKind } from "../schemas";
import { members, type PlacedForm } from "../walk";
import { quote } from "../wording";
import { error, warning } from "./check";

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const PLACEHOLDER = /\{\{[^{}]+\}\}/g;
// RFC 6570: literals, and expressions {[operator]name[modifier],…}.
const EXPRESSION = /\{([+#./;?&=,!@|]?)((?:[\w.%-]+(?::\d+|\*)?)(?:,[\w.%-]+(?::\d+|\*)?)*)\}/g;

interface Surroundings {
  readonly kind: DocumentKind;
  /** `base` of the Thing. */
  readonly base: unknown;
  /** Variables the Thing declares for all its affordances. */
  readonly variables: ReadonlySet<string>;
}

/** The address is a URI template whose variables are declared, and resolves to a URI. */
export function checkHref({ form, path, of }: PlacedForm, surroundings: Surroundings): Finding[] {
  const { kind, base, variables } = surroundings;
  if (typeof form.href !== "string") return [];
  const at = [...path, "href"];
  // What a placeholder leaves is not a template of the model, but of the Thing Description.
  const href = form.href.replace(PLACEHOLDER, "x");
  const literal = href.replace(EXPRESSION, "");
  if (/[{}]/.test(literal)) {
    return [
      error({
        path: at,
        got: quote(form.href),
        wanted: "a URI template with expressions such as {name} or {?name,other}",
        rule: "td-vocab-href--Form",
      }),
    ];
  }
  const findings: Finding[] = [];
  if (/[\s<>"\\^`]/.test(literal)) {
    findings.push(
      error({
        path: at,
        got: quote(form.href),
        wanted: "a URI: spaces and the like are percent-encoded",
        rule: "td-vocab-href--Form",
      }),
    );
  } else if (!isResolvable(literal, base)) {
    findings.push(
      error({
        path: at,
        got: `${quote(form.href)} with base ${quote(base)}`,
        wanted: "an address that resolves to a URI",
        rule: "td-vocab-base--Thing",
      }),
    );
  } else if (kind === "td" && !SCHEME.test(href) && base === undefined) {
    findings.push(
      warning({
        path: at,
        got: `${quote(form.href)} and no base`,
        wanted:
          "an absolute URI, or a base: a Consumer that was handed the document cannot resolve it",
        rule: "td-vocab-base--Thing",
      }),
    );
  }
  const own = isObject(of?.affordance.uriVariables) ? of.affordance.uriVariables : {};
  for (const name of variablesOf(href)) {
    if (variables.has(name) || Object.hasOwn(own, name)) continue;
    findings.push(
      error({
        path: at,
        got: `{${name}}, which is declared nowhere`,
        wanted: `"${name}" in the uriVariables of the affordance or of the Thing`,
        rule: "td-uriVariables-names",
      }),
    );
  }
  return findings;
}

/** Names of the variables in a URI template (RFC 6570). */
export function variablesOf(href: string): Set<string> {
  return new Set(
    [...href.matchAll(EXPRESSION)].flatMap((match) =>
      (match[2] as string).split(",").map((name) => name.replace(/(:\d+|\*)$/, "")),
    ),
  );
}

/** What every href may use: `uriVariables` of the Thing, and keys that travel in the URI. */
export function thingVariables(document: JsonObject): Set<string> {
  const names = new Set(isObject(document.uriVariables) ? Object.keys(document.uriVariables) : []);
  for (const [, scheme] of members(document.securityDefinitions)) {
    if (scheme.in === "uri") names.add(String(scheme.name));
  }
  return names;
}

function isResolvable(reference: string, base: unknown): boolean {
  // In a Thing Model the base may be a placeholder, which resolves once it is replaced.
  if (typeof base === "string" && base.includes("{{")) return true;
  const root = typeof base === "string" ? base.replace(/\{[^}]*\}/g, "x") : "http://host/";
  return URL.canParse(reference, root) || SCHEME.test(reference);
}
