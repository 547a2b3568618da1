import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { elements, type Path } from "../walk";
import { quote } from "../wording";
import { type Check, error, warning } from "./check";

/** Languages, dates and links. */
export const checkMetadata: Check = (document) => [
  ...checkTypeLinks(document),
  ...checkDates(document),
  ...checkLanguages(document),
];

function checkTypeLinks(document: JsonObject): Finding[] {
  const typed = elements(document.links).filter(([, link]) => link.rel === "type");
  return typed.slice(1).map(([index]) =>
    error({
      path: ["links", index],
      got: 'another link with "rel": "type"',
      wanted: "at most one: a Thing is an instance of one Thing Model",
      rule: "tm-rel-type-maximum",
    }),
  );
}

function checkDates({ created, modified }: JsonObject): Finding[] {
  if (typeof created !== "string" || typeof modified !== "string") return [];
  if (!(Date.parse(modified) < Date.parse(created))) return [];
  return [
    warning({
      path: ["modified"],
      got: quote(modified),
      wanted: `a time not before created (${created})`,
      rule: "td-vocab-modified--Thing",
    }),
  ];
}

const NAMED: readonly (readonly [plural: string, singular: string])[] = [
  ["titles", "title"],
  ["descriptions", "description"],
];

function checkLanguages(document: JsonObject): Finding[] {
  const findings: Finding[] = [];
  let first: { readonly tags: string; readonly at: string } | undefined;
  visit(document, [], (object, path) => {
    for (const [plural] of NAMED) {
      const map = object[plural];
      if (!isObject(map) || Object.values(map).some((text) => typeof text !== "string")) continue;
      const at = [...path, plural];
      for (const tag of Object.keys(map)) {
        if (!isLanguageTag(tag)) {
          findings.push(
            error({
              path: [...at, tag],
              got: quote(tag),
              wanted: "a language tag (BCP 47), such as en or de-AT",
              rule: "td-multilanguage-language-tag",
            }),
          );
        }
      }
      const tags = Object.keys(map).sort().join(", ");
      first ??= { tags, at: at.join("/") };
      if (tags !== first.tags) {
        findings.push(
          warning({
            path: at,
            got: tags,
            wanted: `the languages of ${first.at}: ${first.tags}`,
            rule: "td-multi-languages-consistent",
          }),
        );
      }
    }
  });
  return findings;
}

function isLanguageTag(tag: string): boolean {
  try {
    Intl.getCanonicalLocales(tag);
    return true;
  } catch {
    // Intl knows no private use (x-…) and no grandfathered tag (i-klingon), which BCP 47 allows.
    return /^(x|i)(-[a-z0-9]{1,8})+$/i.test(tag);
  }
}

/** Containers whose member names are free: an affordance called "titles" is no MultiLanguage map. */
const NAME_MAPS = new Set([
  "properties",
  "actions",
  "events",
  "uriVariables",
  "schemaDefinitions",
  "securityDefinitions",
]);

function visit(
  object: JsonObject,
  path: Path,
  each: (object: JsonObject, path: Path) => void,
): void {
  each(object, path);
  for (const [name, value] of Object.entries(object)) {
    if (name === "const" || name === "default" || name === "enum" || name === "@context") continue;
    if (Array.isArray(value)) {
      for (const [index, item] of elements(value)) visit(item, [...path, name, index], each);
    } else if (isObject(value) && NAME_MAPS.has(name)) {
      for (const [key, item] of Object.entries(value)) {
        if (isObject(item)) visit(item, [...path, name, key], each);
      }
    } else if (isObject(value)) visit(value, [...path, name], each);
  }
}
