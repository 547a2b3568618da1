import type { SecurityScheme } from "@node-wot/core";
import type { PskCredentials } from "../stream";

/** What `Servient.addCredentials` holds for a Thing. */
export interface CoapCredentials {
  readonly identity?: string;
  /** Bytes, or hexadecimal as in a site's users file. */
  readonly key?: Buffer | string;
  /** The key as text, as node-wot's own configuration has it. */
  readonly psk?: string;
  /** Hosts they may be shown to, whatever a description says. @default any */
  readonly hosts?: readonly string[];
}

const HEXADECIMAL = /^(?:[0-9a-f]{2})+$/i;

/**
 * Identity and key among a Thing's credentials.
 * @param credentials one set, or several as node-wot hands them over for form-level security
 * @returns undefined where there are none that can be used
 */
export function pskOf(credentials: unknown): PskCredentials | undefined {
  const sets = [credentials ?? {}].flat() as CoapCredentials[];
  for (const { identity, key, psk, hosts } of sets) {
    const bytes = typeof psk === "string" ? Buffer.from(psk) : keyBytes(key);
    if (typeof identity !== "string" || !bytes || bytes.length === 0) continue;
    return { identity, key: bytes, ...(hosts ? { hosts } : {}) };
  }
  return undefined;
}

/** Whether a scheme, or one of its alternatives, is one of those. */
export function allows(scheme: SecurityScheme, names: readonly string[]): boolean {
  const { oneOf } = scheme as SecurityScheme & { oneOf?: SecurityScheme[] };
  if (scheme.scheme === "combo" && Array.isArray(oneOf)) {
    return oneOf.some((alternative) => allows(alternative, names));
  }
  return names.includes(scheme.scheme);
}

function keyBytes(key: Buffer | string | undefined): Buffer | undefined {
  if (typeof key !== "string") return key;
  return HEXADECIMAL.test(key) ? Buffer.from(key, "hex") : undefined;
}
