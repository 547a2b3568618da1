import type { SecurityScheme } from "@node-wot/core";

/** What `Servient.addCredentials` holds for a Thing. */
export interface HttpCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

/**
 * The header that proves who asks, by the first scheme the credentials suit.
 *
 * @param credentials one set, or several as node-wot hands them over for form-level security
 * @returns undefined where nothing needs proving, false where no scheme can be met
 */
export function authorizationHeader(
  schemes: readonly SecurityScheme[],
  credentials: unknown,
): Record<string, string> | undefined | false {
  if (schemes.length === 0) return undefined;
  const sets = [credentials ?? {}].flat() as HttpCredentials[];
  for (const scheme of schemes.flatMap(alternatives)) {
    if (scheme.scheme === "nosec") return undefined;
    for (const set of sets) {
      const value = authorization(scheme, set);
      if (value !== undefined) return { [headerName(scheme)]: value };
    }
  }
  return false;
}

function alternatives(scheme: SecurityScheme): SecurityScheme[] {
  const { oneOf } = scheme as SecurityScheme & { oneOf?: SecurityScheme[] };
  return scheme.scheme === "combo" && Array.isArray(oneOf) ? oneOf : [scheme];
}

function authorization(scheme: SecurityScheme, set: HttpCredentials): string | undefined {
  if ((scheme.in ?? "header") !== "header") return undefined;
  if (scheme.scheme === "basic") {
    const { username, password } = set;
    if (username === undefined || password === undefined) return undefined;
    return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
  }
  if (scheme.scheme === "bearer" && set.token !== undefined) return `Bearer ${set.token}`;
  return undefined;
}

function headerName(scheme: SecurityScheme): string {
  return typeof scheme.name === "string" ? scheme.name : "Authorization";
}
