import type { SecurityScheme } from "@node-wot/core";

/** What `Servient.addCredentials` holds for a Thing, as node-wot names it. */
export interface HttpCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly apiKey?: string;
  /** Hosts they may be sent to, whatever a description says. @default any */
  readonly hosts?: readonly string[];
}

/** How a request proves who asks. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters of the query, which no log and no error shows. */
  readonly query: Readonly<Record<string, string>>;
  readonly hosts?: readonly string[];
}

export const NO_PROOF: Proof = { headers: {}, query: {} };

/**
 * The proof that a Thing asks for: by all of several schemes (TD 1.1, 5.3.4.2), by the first of a
 * `oneOf` that the credentials suit. Where they do not suit all, by those schemes that they do suit.
 *
 * @param credentials one set, or several as node-wot hands them over for form-level security
 * @returns false where no scheme can be met
 */
export function proofFor(schemes: readonly SecurityScheme[], credentials: unknown): Proof | false {
  if (schemes.length === 0) return NO_PROOF;
  for (const set of [credentials ?? {}].flat() as HttpCredentials[]) {
    const proofs = schemes.map((scheme) => proof(scheme, set)).filter((one) => one !== undefined);
    if (proofs.length > 0) return together(proofs, set);
  }
  return false;
}

/** Whether a proof may be sent to where a form points. */
export function mayBeSentTo({ hosts }: Pick<Proof, "hosts">, href: string): boolean {
  if (!hosts) return true;
  if (!URL.canParse(href)) return false;
  return hosts.includes(new URL(href).hostname.toLowerCase().replace(/^\[|\]$/g, ""));
}

function together(proofs: readonly Proof[], { hosts }: HttpCredentials): Proof {
  return {
    headers: Object.assign({}, ...proofs.map((one) => one.headers)),
    query: Object.assign({}, ...proofs.map((one) => one.query)),
    ...(hosts ? { hosts } : {}),
  };
}

function proof(scheme: SecurityScheme, set: HttpCredentials): Proof | undefined {
  switch (scheme.scheme) {
    case "nosec":
    case "auto":
      return NO_PROOF;
    case "combo":
      return comboProof(scheme, set);
    case "apikey":
      return placed(scheme, "query", set.apiKey);
    case "basic": {
      const { username, password } = set;
      if (username === undefined || password === undefined) return undefined;
      const encoded = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
      return placed(scheme, "header", `Basic ${encoded}`);
    }
    case "bearer":
      return placed(scheme, "header", set.token === undefined ? undefined : `Bearer ${set.token}`);
    default:
      return undefined;
  }
}

function comboProof(scheme: SecurityScheme, set: HttpCredentials): Proof | undefined {
  const { oneOf, allOf } = scheme as { oneOf?: SecurityScheme[]; allOf?: SecurityScheme[] };
  if (Array.isArray(allOf)) {
    const proofs = allOf.map((one) => proof(one, set)).filter((one) => one !== undefined);
    return proofs.length === allOf.length ? together(proofs, {}) : undefined;
  }
  for (const one of Array.isArray(oneOf) ? oneOf : []) {
    const found = proof(one, set);
    if (found) return found;
  }
  return undefined;
}

/** @param usual where a scheme goes that does not say it (TD 1.1, 5.3.3) */
function placed(
  scheme: SecurityScheme,
  usual: "header" | "query",
  value: string | undefined,
): Proof | undefined {
  if (value === undefined) return undefined;
  const place = scheme.in ?? usual;
  const { name } = scheme;
  if (place === "header") {
    return { headers: { [typeof name === "string" ? name : "Authorization"]: value }, query: {} };
  }
  if (place !== "query" || typeof name !== "string") return undefined;
  return { headers: {}, query: { [name]: value } };
}
