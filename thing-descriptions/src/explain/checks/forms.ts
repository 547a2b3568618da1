import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import type { DocumentKind } from "../schemas";
import { affordancesOf, elements, formsOf, type PlacedForm, strings } from "../walk";
import { either, quote } from "../wording";
import { type Check, error, warning } from "./check";

/** Operations, addresses and answers of the forms agree with the rest of the document. */
export const checkForms: Check = (document, kind) => [
  ...formsOf(document).flatMap((placed) => [
    ...checkOperations(placed),
    ...checkHref(document, placed, kind),
    ...checkResponses(document, placed),
    ...checkMediaTypes(placed),
  ]),
  ...checkObservable(document),
];

/** Operations a form offers, where it does not say so itself. @see TD 1.1, section 5.4 */
function operationsOf({ form, of }: PlacedForm): string[] {
  if (form.op !== undefined) return strings(form.op);
  if (of?.kind === "actions") return ["invokeaction"];
  if (of?.kind === "events") return ["subscribeevent", "unsubscribeevent"];
  if (of?.affordance.readOnly === true) return ["readproperty"];
  if (of?.affordance.writeOnly === true) return ["writeproperty"];
  return of ? ["readproperty", "writeproperty"] : [];
}

/** Warnings, not errors: readOnly and writeOnly are hints (TD 1.1, section 5.3.2.1). */
function checkOperations(placed: PlacedForm): Finding[] {
  const { form, path, of } = placed;
  if (of?.kind !== "properties") return [];
  const { readOnly, writeOnly } = of.affordance;
  return strings(form.op).flatMap((op, index) => {
    const at = Array.isArray(form.op) ? [...path, "op", index] : [...path, "op"];
    if (op === "writeproperty" && readOnly === true) {
      return [
        warning({
          path: at,
          got: "writeproperty of a readOnly property",
          wanted: "no such operation, or readOnly false",
          rule: "td-vocab-readOnly--DataSchema",
        }),
      ];
    }
    if ((op === "readproperty" || op === "observeproperty") && writeOnly === true) {
      return [
        warning({
          path: at,
          got: `${op} of a writeOnly property`,
          wanted: "no such operation, or writeOnly false",
          rule: "td-vocab-writeOnly--DataSchema",
        }),
      ];
    }
    if (op === "observeproperty" && of.affordance.observable !== true) {
      return [
        warning({
          path: at,
          got: "observeproperty of a property that is not observable",
          wanted: '"observable": true',
          rule: "td-vocab-observable--PropertyAffordance",
        }),
      ];
    }
    return [];
  });
}

function checkObservable(document: JsonObject): Finding[] {
  return affordancesOf(document).flatMap((of) => {
    if (of.kind !== "properties" || of.affordance.observable !== true) return [];
    const forms = elements(of.affordance.forms);
    const offered = forms.flatMap(([, form]) => operationsOf({ form, of, path: [] }));
    const thingLevel = elements(document.forms).flatMap(([, form]) => strings(form.op));
    if (forms.length === 0 || offered.includes("observeproperty")) return [];
    if (thingLevel.includes("observeallproperties")) return [];
    return [
      warning({
        path: [...of.path, "observable"],
        got: "true, but no form to observe by",
        wanted: 'a form with "op": "observeproperty"',
        rule: "td-vocab-observable--PropertyAffordance",
      }),
    ];
  });
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
// RFC 6570: literals, and expressions {[operator]name[modifier],…}.
const EXPRESSION = /\{([+#./;?&=,!@|]?)((?:[\w.%-]+(?::\d+|\*)?)(?:,[\w.%-]+(?::\d+|\*)?)*)\}/g;

function checkHref(
  document: JsonObject,
  { form, path, of }: PlacedForm,
  kind: DocumentKind,
): Finding[] {
  if (typeof form.href !== "string") return [];
  const at = [...path, "href"];
  const literal = form.href.replace(EXPRESSION, "");
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
  } else if (!isResolvable(literal, document.base)) {
    findings.push(
      error({
        path: at,
        got: `${quote(form.href)} with base ${quote(document.base)}`,
        wanted: "an address that resolves to a URI",
        rule: "td-vocab-base--Thing",
      }),
    );
  } else if (kind === "td" && !SCHEME.test(form.href) && document.base === undefined) {
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
  const variables = [...form.href.matchAll(EXPRESSION)].flatMap((match) =>
    (match[2] as string).split(",").map((name) => name.replace(/(:\d+|\*)$/, "")),
  );
  const declared = declaredNames(document, of?.affordance);
  for (const name of new Set(variables)) {
    if (declared.has(name)) continue;
    findings.push(
      error({
        path: at,
        got: `{${name}}, which is declared nowhere`,
        wanted:
          declared.size === 0
            ? `"${name}" in the uriVariables of the affordance or of the Thing`
            : `a declared variable: ${either([...declared])}`,
        rule: "td-uriVariables-names",
      }),
    );
  }
  return findings;
}

function declaredNames(document: JsonObject, affordance: JsonObject | undefined): Set<string> {
  const names = new Set<string>();
  for (const owner of [document, affordance]) {
    if (isObject(owner?.uriVariables))
      for (const name of Object.keys(owner.uriVariables)) names.add(name);
  }
  if (isObject(document.securityDefinitions)) {
    for (const scheme of Object.values(document.securityDefinitions)) {
      if (isObject(scheme) && scheme.in === "uri") names.add(String(scheme.name));
    }
  }
  return names;
}

function isResolvable(reference: string, base: unknown): boolean {
  // In a Thing Model the base may be a placeholder, which resolves once it is replaced.
  if (typeof base === "string" && base.includes("{{")) return true;
  const root = typeof base === "string" ? base.replace(/\{[^}]*\}/g, "x") : "http://host/";
  return URL.canParse(reference, root) || SCHEME.test(reference);
}

function checkResponses(document: JsonObject, { form, path }: PlacedForm): Finding[] {
  const defined = isObject(document.schemaDefinitions)
    ? Object.keys(document.schemaDefinitions)
    : [];
  const responses = Array.isArray(form.additionalResponses)
    ? elements(form.additionalResponses)
    : isObject(form.additionalResponses)
      ? ([[0, form.additionalResponses]] as const)
      : [];
  return responses.flatMap(([index, response]) => {
    if (typeof response.schema !== "string" || defined.includes(response.schema)) return [];
    return [
      error({
        path: [...path, "additionalResponses", index, "schema"],
        got: quote(response.schema),
        wanted:
          defined.length === 0
            ? "a name of schemaDefinitions, which defines none"
            : `a name of schemaDefinitions: ${either(defined.map(quote))}`,
        rule: "td-vocab-schema--AdditionalExpectedResponse",
      }),
    ];
  });
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+(\s*;\s*[\w!#$&^.+-]+=("[^"]*"|[^\s;"]+))*\s*;?$/;

function checkMediaTypes({ form, path }: PlacedForm): Finding[] {
  const response = isObject(form.response) ? form.response.contentType : undefined;
  const found: [unknown, (string | number)[]][] = [
    [form.contentType, [...path, "contentType"]],
    [response, [...path, "response", "contentType"]],
  ];
  return found.flatMap(([type, at]) =>
    typeof type === "string" && !MEDIA_TYPE.test(type) && !type.includes("{{")
      ? [
          error({
            path: at,
            got: quote(type),
            wanted: "a media type, such as application/json",
            rule: "td-vocab-contentType--Form",
          }),
        ]
      : [],
  );
}
