import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { elements, type Path } from "../walk";
import { quote } from "../wording";
import { type Check, error } from "./check";

/** A Thing Description holds nothing of the Thing Model it was made from. */
export const checkLeftovers: Check = (document) => [
  ...leftovers(document, []),
  ...extendsLinks(document),
];

function leftovers(value: unknown, path: Path): Finding[] {
  if (typeof value === "string") return placeholder(value, path);
  if (Array.isArray(value)) return value.flatMap((item, i) => leftovers(item, [...path, i]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = [...path, name];
    if (name !== "tm:ref" && name !== "tm:optional" && name !== "tm:required")
      return leftovers(member, at);
    return [
      error({
        path: at,
        got: `"${name}"`,
        wanted: "no term of Thing Models in a Thing Description",
        rule: "thing-model-td-generation-processor-imports",
      }),
    ];
  });
}

function placeholder(text: string, path: Path): Finding[] {
  const found = /\{\{[A-Za-z_][\w.-]*\}\}/.exec(text)?.[0];
  // Free text and example values may speak about braces; addresses and limits may not.
  if (found === undefined || /^(description|const|default|example)/.test(String(path.at(-1))))
    return [];
  return [
    error({
      path,
      got: quote(text),
      wanted: `a value in place of ${found}`,
      rule: "thing-model-td-generation-processor-placeholder",
    }),
  ];
}

function extendsLinks(document: JsonObject): Finding[] {
  return elements(document.links).flatMap(([index, link]) =>
    link.rel === "tm:submodel"
      ? [
          error({
            path: ["links", index, "rel"],
            got: quote(link.rel),
            wanted: '"item" or "collection": tm:submodel relates Thing Models',
            rule: "tm-compose-submodel",
          }),
        ]
      : [],
  );
}
