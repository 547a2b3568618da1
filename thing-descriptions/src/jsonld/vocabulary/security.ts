import { type Context, LANGUAGE_MAP, NAMESPACES, NODE, prefixes, SET, spelt, term } from "./terms";

const SCHEMES = {
  nosec: "NoSecurityScheme",
  auto: "AutoSecurityScheme",
  combo: "ComboSecurityScheme",
  basic: "BasicSecurityScheme",
  digest: "DigestSecurityScheme",
  apikey: "APIKeySecurityScheme",
  bearer: "BearerSecurityScheme",
  cert: "CertSecurityScheme",
  psk: "PSKSecurityScheme",
  public: "PublicSecurityScheme",
  pop: "PoPSecurityScheme",
  oauth2: "OAuth2SecurityScheme",
} as const;

/** Within a security definition: TD 1.1, section 5.3.3. `scheme` is a class. */
export const SECURITY: Context = {
  ...prefixes("td", "jsonschema", "wotsec", "hctl", "dct", "rdf"),
  "@vocab": NAMESPACES.wotsec,
  ...spelt("wotsec", ["in", "name", "scopes", "flow", "qop", "alg", "format", "identity"]),
  ...spelt("wotsec", ["authorization", "token", "refresh", "proxy"], NODE),
  ...spelt("wotsec", ["allOf", "oneOf"], SET),
  scheme: term("@type"),
  // Without the language that titles and descriptions have elsewhere: so W3C's context has it.
  description: term("td:description"),
  descriptions: term("td:descriptionInLanguage", LANGUAGE_MAP),
  ...Object.fromEntries(
    Object.entries(SCHEMES).map(([name, scheme]) => [name, `wotsec:${scheme}`]),
  ),
  uriVariables: "td:uriVariables",
};
