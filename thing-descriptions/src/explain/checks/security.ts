import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { formsOf, members, type Path, strings } from "../walk";
import { quote } from "../wording";
import { type Check, error, warning } from "./check";
import { definedNames } from "./defined-names";
import { variablesOf } from "./href";

/** Names that are used are defined, schemes are complete and hold no secret. */
export const checkSecurity: Check = (document) => [
  ...checkNames(document),
  ...members(document.securityDefinitions).flatMap(([name, scheme]) => [
    ...checkOAuth2(scheme, ["securityDefinitions", name]),
    ...checkSecrets(scheme, ["securityDefinitions", name]),
  ]),
  ...checkUriSchemes(document),
];

function checkNames(document: JsonObject): Finding[] {
  const defined = definedNames(document.securityDefinitions, "securityDefinitions");
  const uses: [unknown, Path][] = [[document.security, ["security"]]];
  for (const { form, path } of formsOf(document)) uses.push([form.security, [...path, "security"]]);
  return uses.flatMap(([used, path]) => {
    const names = strings(used);
    const findings = names.flatMap((name, index) =>
      defined.has(name)
        ? []
        : [
            error({
              path: Array.isArray(used) ? [...path, index] : path,
              got: quote(name),
              wanted: defined.wanted,
              rule: "td-vocab-security--Thing",
            }),
          ],
    );
    if (names.length > 1) {
      findings.push(
        warning({
          path,
          got: `${names.length} schemes in an array`,
          wanted: "one scheme; a combo scheme with allOf says that all are needed",
          rule: "td-security-combo-deprecation",
        }),
      );
    }
    return findings;
  });
}

function checkOAuth2(scheme: JsonObject, path: Path): Finding[] {
  if (scheme.scheme !== "oauth2" || typeof scheme.flow !== "string") return [];
  const { flow } = scheme;
  const rule = `td-security-oauth2-${flow}-flow`;
  const required =
    { code: ["authorization", "token"], device: ["authorization", "token"], client: ["token"] }[
      flow
    ] ?? [];
  const findings = required
    .filter((name) => scheme[name] === undefined)
    .map((name) =>
      error({
        path,
        got: `no member "${name}"`,
        wanted: `a member "${name}" for flow ${flow}`,
        rule,
      }),
    );
  if (flow === "client" && scheme.authorization !== undefined) {
    findings.push(
      error({
        path: [...path, "authorization"],
        got: quote(scheme.authorization),
        wanted: "no authorization endpoint for flow client",
        rule: "td-security-oauth2-client-flow-no-auth",
      }),
    );
  }
  return findings;
}

const SECRET =
  /^(password|passphrase|secret|clientSecret|client_secret|apiKey|accessToken|privateKey|key)$/i;

function checkSecrets(scheme: JsonObject, path: Path): Finding[] {
  return Object.entries(scheme).flatMap(([name, value]) =>
    SECRET.test(name.replace(/^.*:/, "")) && typeof value === "string"
      ? [
          warning({
            path: [...path, name],
            got: `a member "${name}"`,
            wanted: "no key or password in the document: they are handed out by other means",
            rule: "td-security-no-secrets",
          }),
        ]
      : [],
  );
}

/** A key that travels in the URI has its place in every href it protects, under a name of its own. */
function checkUriSchemes(document: JsonObject): Finding[] {
  const schemeOf = new Map<string, string>();
  const variableOf = new Map<string, string>();
  for (const [name, scheme] of members(document.securityDefinitions)) {
    if (scheme.in !== "uri" || typeof scheme.name !== "string") continue;
    schemeOf.set(scheme.name, name);
    variableOf.set(name, scheme.name);
  }
  if (schemeOf.size === 0) return [];
  return [...checkDistinct(document, schemeOf), ...checkPresent(document, variableOf)];
}

function checkDistinct(document: JsonObject, schemeOf: ReadonlyMap<string, string>): Finding[] {
  return declaredVariables(document).flatMap(({ path, names }) =>
    names
      .filter((name) => schemeOf.has(name))
      .map((name) =>
        error({
          path: [...path, name],
          got: quote(name),
          wanted: `a name other than that of the security scheme "${schemeOf.get(name)}"`,
          rule: "td-security-uri-variables-distinct",
        }),
      ),
  );
}

function checkPresent(document: JsonObject, variableOf: ReadonlyMap<string, string>): Finding[] {
  return formsOf(document).flatMap(({ form, path }) => {
    const { href } = form;
    if (typeof href !== "string") return [];
    const present = variablesOf(href);
    const missing = strings(form.security ?? document.security)
      .map((scheme) => variableOf.get(scheme))
      .filter((variable) => variable !== undefined && !present.has(variable));
    if (missing.length === 0) return [];
    return [
      error({
        path: [...path, "href"],
        got: quote(href),
        wanted: `a URI template with ${missing.slice(0, 5).join(", ")}, as the security scheme says`,
        rule: "td-security-in-uri-variable",
      }),
    ];
  });
}

function declaredVariables(document: JsonObject): { path: Path; names: string[] }[] {
  const owners: [JsonObject, Path][] = [[document, []]];
  for (const kind of ["properties", "actions", "events"]) {
    for (const [name, affordance] of members(document[kind]))
      owners.push([affordance, [kind, name]]);
  }
  return owners.flatMap(([owner, path]) =>
    isObject(owner.uriVariables)
      ? [{ path: [...path, "uriVariables"], names: Object.keys(owner.uriVariables) }]
      : [],
  );
}
