import type { Finding } from "../../finding";
import { isObject, type JsonObject } from "../../json/json";
import { formsOf, members, type Path, strings } from "../walk";
import { either, quote } from "../wording";
import { type Check, error, warning } from "./check";

/** Names that are used are defined, schemes are complete and hold no secret. */
export const checkSecurity: Check = (document) => [
  ...checkNames(document),
  ...members(document.securityDefinitions).flatMap(([name, scheme]) => [
    ...checkOAuth2(scheme, ["securityDefinitions", name]),
    ...checkSecrets(scheme, ["securityDefinitions", name]),
    ...checkCombo(document, name, scheme),
  ]),
  ...checkUriSchemes(document),
];

function checkNames(document: JsonObject): Finding[] {
  const defined = isObject(document.securityDefinitions) ? document.securityDefinitions : {};
  const uses: [unknown, Path][] = [[document.security, ["security"]]];
  for (const { form, path } of formsOf(document)) uses.push([form.security, [...path, "security"]]);
  return uses.flatMap(([used, path]) => {
    const names = strings(used);
    const findings = names.flatMap((name, index) =>
      Object.hasOwn(defined, name)
        ? []
        : [
            error({
              path: Array.isArray(used) ? [...path, index] : path,
              got: quote(name),
              wanted: definedNames(defined),
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

function definedNames(defined: JsonObject): string {
  const names = Object.keys(defined);
  return names.length === 0
    ? "a name of securityDefinitions, which defines none"
    : `a name of securityDefinitions: ${either(names.map(quote))}`;
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

function checkCombo(document: JsonObject, name: string, scheme: JsonObject): Finding[] {
  if (scheme.scheme !== "combo") return [];
  const defined = isObject(document.securityDefinitions) ? document.securityDefinitions : {};
  const path = ["securityDefinitions", name];
  const findings: Finding[] = [];
  if (scheme.oneOf !== undefined && scheme.allOf !== undefined) {
    findings.push(
      error({
        path,
        got: "oneOf and allOf",
        wanted: "exactly one of them",
        rule: "td-security-combo-exclusive-oneof-or-allof",
      }),
    );
  }
  for (const term of ["oneOf", "allOf"]) {
    for (const [index, part] of strings(scheme[term]).entries()) {
      if (Object.hasOwn(defined, part)) continue;
      findings.push(
        error({
          path: [...path, term, index],
          got: quote(part),
          wanted: definedNames(defined),
          rule: "td-vocab-security--Thing",
        }),
      );
    }
  }
  if (reaches(defined, name, name, new Set())) {
    findings.push(
      error({
        path,
        got: "a combination that contains itself",
        wanted: "no circle",
        rule: "td-processor",
      }),
    );
  }
  return findings;
}

function reaches(defined: JsonObject, from: string, to: string, visited: Set<string>): boolean {
  if (visited.has(from)) return false;
  visited.add(from);
  const scheme = Object.hasOwn(defined, from) ? defined[from] : undefined;
  if (!isObject(scheme) || scheme.scheme !== "combo") return false;
  const parts = [...strings(scheme.oneOf), ...strings(scheme.allOf)];
  return parts.some((part) => part === to || reaches(defined, part, to, visited));
}

/** A key that travels in the URI has its place in every href it protects, under a name of its own. */
function checkUriSchemes(document: JsonObject): Finding[] {
  return members(document.securityDefinitions).flatMap(([name, scheme]) => {
    if (scheme.in !== "uri" || typeof scheme.name !== "string") return [];
    const variable = scheme.name;
    const findings: Finding[] = [];
    for (const { path, names } of declaredVariables(document)) {
      if (!names.includes(variable)) continue;
      findings.push(
        error({
          path: [...path, variable],
          got: quote(variable),
          wanted: `a name other than that of the security scheme "${name}"`,
          rule: "td-security-uri-variables-distinct",
        }),
      );
    }
    for (const { form, path } of formsOf(document)) {
      const active = strings(form.security ?? document.security);
      if (!active.includes(name) || typeof form.href !== "string") continue;
      if (new RegExp(`\\{[^}]*\\b${literally(variable)}\\b[^}]*\\}`).test(form.href)) continue;
      findings.push(
        error({
          path: [...path, "href"],
          got: quote(form.href),
          wanted: `a URI template with {${variable}}, as the security scheme "${name}" says`,
          rule: "td-security-in-uri-variable",
        }),
      );
    }
    return findings;
  });
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
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
