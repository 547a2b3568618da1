import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { ConfigError, UnauthorizedError } from "../errors";
import {
  makeTokenKeys,
  mintToken,
  type TokenKeys,
  tokenVerifier,
  type VerifyToken,
} from "./tokens";

const NOW_MS = 1_800_000_000_000;
const clock = { now: () => NOW_MS };
const nowS = NOW_MS / 1_000;
const CLAIMS = {
  iss: "plant",
  aud: "plant",
  sub: "alice",
  scope: "read",
  iat: nowS,
  exp: nowS + 60,
};

describe("tokens", () => {
  let keys: { secret: TokenKeys; open: TokenKeys };
  let verify: VerifyToken;
  beforeAll(async () => {
    keys = await makeTokenKeys();
    verify = tokenVerifier("plant", keys.open, clock);
  });

  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString("base64url");

  /** A token with any header and claims, signed by the right key unless a test signs it. */
  function forge(header: object, claims: object, signature?: (input: Buffer) => Buffer): string {
    const input = `${encode(header)}.${encode(claims)}`;
    const [jwk = {}] = keys.secret.keys;
    const key = { key: jwk, format: "jwk", dsaEncoding: "ieee-p1363" } as never;
    const bytes = Buffer.from(input);
    return `${input}.${(signature?.(bytes) ?? sign("sha256", bytes, key)).toString("base64url")}`;
  }

  const ES256 = { alg: "ES256", typ: "JWT" };

  it("says whose it is, what for and until when", async () => {
    const [key = {}] = keys.secret.keys;
    const made = await mintToken({
      ...{ site: "plant", name: "alice", scopes: ["read", "operate"], lifetimeMs: 60_000 },
      ...{ key, clock },
    });
    const wanted = { name: "alice", scopes: ["read", "operate"] };
    expect(await verify(made)).toMatchObject({ principal: wanted, issuedAtMs: NOW_MS });
    expect(await verify(forge(ES256, CLAIMS))).toMatchObject({ principal: { name: "alice" } });
  });

  const claims: [string, object][] = [
    ["of another issuer", { iss: "elsewhere" }],
    ["for another audience", { aud: "elsewhere" }],
    ["that has expired", { exp: nowS - 6 }],
    ["that is not valid yet", { nbf: nowS + 6 }],
    ["from the future", { iat: nowS + 6 }],
    ["that never expires", { exp: undefined }],
    ["of nobody", { sub: undefined }],
    ["of one of the site's own programs", { sub: "fogwot.server" }],
    ["with a scope of the site's own programs", { scope: "read fogwot:server" }],
  ];
  it.each(claims)("takes no token %s", async (_, changes) => {
    const token = forge(ES256, { ...CLAIMS, ...changes });
    await expect(verify(token)).rejects.toBeInstanceOf(UnauthorizedError);
  });

  it("puts up with clocks that differ by five seconds", async () => {
    await verify(forge(ES256, { ...CLAIMS, exp: nowS - 4, nbf: nowS + 4, iat: nowS + 4 }));
  });

  it("takes no other algorithm: none, the public key as an HMAC secret, RSA, another curve", async () => {
    const [open = {}] = keys.open.keys;
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
    const hmac = (input: Buffer) =>
      createHmac("sha256", JSON.stringify(open)).update(input).digest();
    const forged = [
      forge({ alg: "none" }, CLAIMS, () => Buffer.alloc(0)),
      forge({ alg: "HS256" }, CLAIMS, hmac),
      forge({ alg: "RS256" }, CLAIMS, (input) => sign("sha256", input, rsa)),
      forge({ alg: "ES384" }, CLAIMS, (input) =>
        sign("sha384", input, { key: p384, dsaEncoding: "ieee-p1363" }),
      ),
    ];
    for (const token of forged) await expect(verify(token)).rejects.toThrow(UnauthorizedError);
  });

  it("takes no key from the token itself", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const bySelf = (input: Buffer) =>
      sign("sha256", input, { key: privateKey, dsaEncoding: "ieee-p1363" });
    const jwk = publicKey.export({ format: "jwk" });
    await expect(verify(forge({ ...ES256, jwk }, CLAIMS, bySelf))).rejects.toThrow(
      UnauthorizedError,
    );
  });

  it("takes no token with one bit changed, and repeats none of it", async () => {
    const token = forge(ES256, CLAIMS);
    const [head, , signature] = token.split(".");
    const changed = `${head}.${encode({ ...CLAIMS, scope: "admin" })}.${signature}`;
    for (const bad of [changed, `${token.slice(0, -2)}AA`, "nonsense", ""]) {
      const refusal = await verify(bad).catch((error: Error) => error);
      expect(refusal).toBeInstanceOf(UnauthorizedError);
      const { message, cause } = refusal as Error;
      expect([message, cause]).toEqual([expect.not.stringContaining(`${signature}`), undefined]);
    }
  });

  it("says that a key is none without repeating it", async () => {
    const options = { site: "plant", name: "a", scopes: [], lifetimeMs: 1_000, clock };
    const made = mintToken({ ...options, key: { kty: "EC", d: "private-part" } });
    await expect(made).rejects.toThrow(ConfigError);
    await expect(made).rejects.not.toThrow(/private-part/);
  });
});
