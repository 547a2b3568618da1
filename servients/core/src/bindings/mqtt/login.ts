import type { SecurityScheme } from "@node-wot/core";

/** What a broker is shown at the connection. */
export interface Login {
  readonly username: string;
  readonly password: string;
  /** Hosts it may be sent to, whatever a description says. @default any */
  readonly hosts?: readonly string[];
}

/** What `Servient.addCredentials` holds for a Thing; a token goes as password of its subject. */
export interface MqttCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly hosts?: readonly string[];
}

/**
 * The login that a Thing asks for.
 *
 * @param credentials one set, or several as node-wot hands them over for form-level security
 * @returns undefined where none is asked for, false where none can be had
 */
export function loginFor(
  schemes: readonly SecurityScheme[],
  credentials: unknown,
): Login | undefined | false {
  if (schemes.length === 0 || schemes.some(isOpen)) return undefined;
  if (!schemes.every(takesLogin)) return false;
  for (const set of [credentials ?? {}].flat() as MqttCredentials[]) {
    const login = loginOf(set);
    if (login) return login;
  }
  return false;
}

function isOpen({ scheme }: SecurityScheme): boolean {
  return scheme === "nosec" || scheme === "auto";
}

/** MQTT has user name and password, and nothing else. */
function takesLogin(scheme: SecurityScheme): boolean {
  if (scheme.scheme !== "combo") return scheme.scheme === "basic";
  const { oneOf, allOf } = scheme as { oneOf?: SecurityScheme[]; allOf?: SecurityScheme[] };
  return allOf ? allOf.every(takesLogin) : (oneOf ?? []).some(takesLogin);
}

function loginOf({ username, password, token, hosts }: MqttCredentials): Login | undefined {
  const only = hosts ? { hosts } : {};
  if (typeof username === "string" && typeof password === "string") {
    return { username, password, ...only };
  }
  const subject = typeof token === "string" ? subjectOf(token) : undefined;
  if (token === undefined || subject === undefined) return undefined;
  return { username: subject, password: token, ...only };
}

/** Of a JWT (RFC 7519); whether it holds is the broker's to say. */
function subjectOf(token: string): string | undefined {
  const [, claims = ""] = token.split(".");
  try {
    const { sub } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as {
      sub?: unknown;
    };
    return typeof sub === "string" ? sub : undefined;
  } catch {
    // Another kind of token, which says nobody's name.
    return undefined;
  }
}
