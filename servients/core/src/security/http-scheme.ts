import type { IncomingMessage } from "node:http";
import { UnauthorizedError } from "../errors";
import type { Access, Credentials, Principal, SecurityDefinition, ThingSecurity } from "./access";

export type Identified = Principal | undefined | Promise<Principal | undefined>;

/** A security scheme as HTTP carries it. */
export interface HttpScheme {
  /** Who asks; undefined where the request shows nothing of this scheme. */
  identify(request: IncomingMessage, access: Access, remote: string): Identified;
  /** What to show: challenges of RFC 7235. */
  readonly challenges: readonly Challenge[];
}

export interface Challenge {
  readonly scheme: "Basic" | "Bearer" | "ApiKey";
  readonly parameters: string;
}

/**
 * @param names of definitions, all of which are wanted; none: nothing is to be shown
 */
export function httpScheme(
  { securityDefinitions }: Pick<ThingSecurity, "securityDefinitions">,
  names: readonly string[],
): HttpScheme {
  const members = names.map((name) => {
    const definition = securityDefinitions[name];
    return definition ? schemeOf(definition, securityDefinitions) : NOTHING_FITS;
  });
  const [first] = members;
  return first && members.length === 1 ? first : all(members);
}

function schemeOf(
  definition: SecurityDefinition,
  definitions: ThingSecurity["securityDefinitions"],
): HttpScheme {
  switch (definition.scheme) {
    case "basic":
      return leaf(basicOf, { scheme: "Basic", parameters: `realm="${REALM}", charset="UTF-8"` });
    case "bearer":
      return leaf(bearerOf, { scheme: "Bearer", parameters: `realm="${REALM}"` });
    case "apikey":
      return apiKey(definition);
    case "combo": {
      const isAll = "allOf" in definition;
      const names = isAll ? definition.allOf : definition.oneOf;
      const members = names.map((name) => httpScheme({ securityDefinitions: definitions }, [name]));
      return isAll ? all(members) : oneOf(members);
    }
    default:
      return NOTHING_FITS;
  }
}

const REALM = "fogwot";

/** Over HTTP nobody can show it. */
const NOTHING_FITS: HttpScheme = { identify: () => undefined, challenges: [] };

function leaf(
  shown: (request: IncomingMessage) => Credentials | undefined,
  challenge: Challenge,
): HttpScheme {
  return {
    challenges: [challenge],
    identify: (request, access, remote) => {
      const credentials = shown(request);
      return credentials && access.authenticate(credentials, remote);
    },
  };
}

/** @see RFC 7617 */
function basicOf({ headers: { authorization } }: IncomingMessage): Credentials | undefined {
  const encoded = afterScheme(authorization, "basic");
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) throw new UnauthorizedError("the Basic credentials have no colon");
  return { kind: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** @see RFC 6750, section 2.1 */
function bearerOf({ headers: { authorization } }: IncomingMessage): Credentials | undefined {
  const token = afterScheme(authorization, "bearer");
  return token === undefined ? undefined : { kind: "bearer", token };
}

function afterScheme(authorization: string | undefined, scheme: string): string | undefined {
  if (authorization === undefined || authorization.length <= scheme.length) return undefined;
  if (authorization[scheme.length] !== " ") return undefined;
  if (authorization.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return authorization.slice(scheme.length + 1).trim();
}

function apiKey({ in: place, name }: SecurityDefinition & { scheme: "apikey" }): HttpScheme {
  const parameters = `realm="${REALM}", in="${place}", name="${name}"`;
  const challenge: Challenge = { scheme: "ApiKey", parameters };
  if (place === "query") return leaf((request) => keyIn(request.url, name), challenge);
  return leaf(({ headers }) => {
    const value = headers[name.toLowerCase()];
    return typeof value === "string" ? { kind: "apikey", key: value } : undefined;
  }, challenge);
}

function keyIn(url: string | undefined, name: string): Credentials | undefined {
  const mark = url?.indexOf("?") ?? -1;
  if (url === undefined || mark < 0) return undefined;
  const key = new URLSearchParams(url.slice(mark + 1)).get(name);
  return key === null ? undefined : { kind: "apikey", key };
}

/** The first of which something is shown decides: credentials are not tried one after the other. */
function oneOf(members: readonly HttpScheme[]): HttpScheme {
  return {
    challenges: challengesFor(members),
    identify: (request, access, remote) => {
      for (const member of members) {
        const who = member.identify(request, access, remote);
        if (who !== undefined) return who;
      }
      return undefined;
    },
  };
}

/** All have to prove the same. */
function all(members: readonly HttpScheme[]): HttpScheme {
  return {
    challenges: challengesFor(members),
    identify: async (request, access, remote) => {
      let common: Principal | undefined;
      for (const member of members) {
        const who = await member.identify(request, access, remote);
        if (!who) return undefined;
        common = common ? both(common, who) : who;
      }
      return common;
    },
  };
}

function both(one: Principal, other: Principal): Principal {
  if (one.name !== other.name)
    throw new UnauthorizedError("the credentials are of different users");
  const ends = [one.expiresAtMs, other.expiresAtMs].filter((end) => end !== undefined);
  return {
    name: one.name,
    scopes: one.scopes.filter((scope) => other.scopes.includes(scope)),
    ...(ends.length > 0 ? { expiresAtMs: Math.min(...ends) } : {}),
  };
}

function challengesFor(members: readonly HttpScheme[]): Challenge[] {
  const all = members.flatMap((member) => member.challenges);
  const isFirst = ({ scheme, parameters }: Challenge, at: number): boolean =>
    all.findIndex((one) => one.scheme === scheme && one.parameters === parameters) === at;
  return all.filter(isFirst);
}
