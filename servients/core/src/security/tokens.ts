import type * as Jose from "jose";
import { ConfigError, UnauthorizedError } from "../errors";
import type { Clock } from "../time";
import type { Principal } from "./access";
import { isOwnScope, isServiceName } from "./service-account";

/** The one algorithm: a token that names another is refused whatever its key (RFC 8725, 3.1). */
const ALGORITHM = "ES256";
/** Clocks of the machines of a site differ by less. */
const CLOCK_SKEW_S = 5;

/** Keys of a site's tokens: a JWK set (RFC 7517). */
export interface TokenKeys {
  readonly keys: readonly Jose.JWK[];
}

/** A token is sound but its time is over: no guess at all, so no failed attempt. */
export class TokenExpiredError extends UnauthorizedError {}

/** What a sound token says. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly issuedAtMs: number;
}

export type VerifyToken = (token: string) => Promise<VerifiedToken>;

/**
 * @param site issuer and audience of its tokens
 * @param keys public ones
 */
export function tokenVerifier(
  site: string,
  keys: TokenKeys,
  clock: Pick<Clock, "now">,
): VerifyToken {
  let keySet: Jose.LocalJWKSet | undefined;
  return async (token) => {
    const { createLocalJWKSet, jwtVerify, errors } = jose();
    keySet ??= createLocalJWKSet({ keys: [...keys.keys] });
    try {
      const { payload } = await jwtVerify(token, keySet, {
        algorithms: [ALGORITHM],
        issuer: site,
        audience: site,
        requiredClaims: ["exp", "iat", "sub"],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(clock.now()),
      });
      return toVerified(payload, clock);
    } catch (cause) {
      if (cause instanceof UnauthorizedError) throw cause;
      if (cause instanceof errors.JWTExpired) {
        throw new TokenExpiredError("the token has expired", { cause });
      }
      // jose's own text names claims, never the token.
      const reason = cause instanceof errors.JOSEError ? cause.message : "it cannot be read";
      throw new UnauthorizedError(`the token is not valid: ${reason}`);
    }
  };
}

function toVerified(payload: Jose.JWTPayload, clock: Pick<Clock, "now">): VerifiedToken {
  const { sub = "", exp = 0, iat = 0, scope } = payload;
  const scopes = typeof scope === "string" ? scope.split(" ").filter(Boolean) : [];
  if (sub === "" || isServiceName(sub) || scopes.some(isOwnScope)) {
    throw new UnauthorizedError("the token is not valid: subject or scope is not a user's");
  }
  if (iat * 1_000 > clock.now() + CLOCK_SKEW_S * 1_000) {
    throw new UnauthorizedError('the token is not valid: "iat" lies in the future');
  }
  const expiresAtMs = (exp + CLOCK_SKEW_S) * 1_000;
  return { principal: { name: sub, scopes, expiresAtMs }, issuedAtMs: iat * 1_000 };
}

export interface TokenOptions {
  readonly site: string;
  /** Of the token: its `sub`. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly lifetimeMs: number;
  /** Private. */
  readonly key: Jose.JWK;
  readonly clock: Pick<Clock, "now">;
}

/** A token for somebody, as `fogwot users token` prints it. @throws ConfigError for a key that is none */
export async function mintToken(options: TokenOptions): Promise<string> {
  const { site, name, scopes, lifetimeMs, key, clock } = options;
  const { SignJWT, importJWK } = jose();
  const nowS = Math.floor(clock.now() / 1_000);
  try {
    return await new SignJWT({ scope: scopes.join(" ") })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", ...(key.kid ? { kid: key.kid } : {}) })
      .setIssuer(site)
      .setAudience(site)
      .setSubject(name)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + Math.ceil(lifetimeMs / 1_000))
      .sign(await importJWK(key, ALGORITHM));
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("token key", [{ path: "", got, wanted: "a private ES256 key" }]);
  }
}

/** @returns a JWK set each: the private key, and what verifiers need */
export async function makeTokenKeys(): Promise<{
  readonly secret: TokenKeys;
  readonly open: TokenKeys;
}> {
  const { generateKeyPair, exportJWK, calculateJwkThumbprint } = jose();
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const secret = await exportJWK(pair.privateKey);
  const open = await exportJWK(pair.publicKey);
  const marks = { kid: await calculateJwkThumbprint(open), alg: ALGORITHM, use: "sig" };
  return { secret: { keys: [{ ...secret, ...marks }] }, open: { keys: [{ ...open, ...marks }] } };
}

let loaded: typeof Jose | undefined;

/** An ES module, loaded with the first token: a site without security needs none. */
function jose(): typeof Jose {
  loaded ??= require("jose") as typeof Jose;
  return loaded;
}
