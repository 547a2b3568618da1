import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { affordancesOf, elements, formsOf, operationsOf, type PlacedForm, strings } from "../walk";
import { quote } from "../wording";
import { type Check, error, warning } from "./check";
import { type DefinedNames, definedNames } from "./defined-names";
import { checkHref, thingVariables } from "./href";

/** Operations, addresses and answers of the forms agree with the rest of the document. */
export const checkForms: Check = (document, kind) => {
  const schemas = definedNames(document.schemaDefinitions, "schemaDefinitions");
  const variables = thingVariables(document);
  return [
    ...formsOf(document).flatMap((placed) => [
      ...checkOperations(placed),
      ...checkHref(placed, { kind, base: document.base, variables }),
      ...checkResponses(placed, schemas),
      ...checkMediaTypes(placed),
    ]),
    ...checkObservable(document),
  ];
};

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

function checkResponses({ form, path }: PlacedForm, schemas: DefinedNames): Finding[] {
  const { additionalResponses } = form;
  const responses: [number, JsonObject][] = isObject(additionalResponses)
    ? [[0, additionalResponses]]
    : elements(additionalResponses);
  return responses.flatMap(([index, { schema }]) => {
    if (typeof schema !== "string" || schemas.has(schema)) return [];
    return [
      error({
        path: [...path, "additionalResponses", index, "schema"],
        got: quote(schema),
        wanted: schemas.wanted,
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
