import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type * as X509 from "@peculiar/x509";
import type { Clock } from "../time";

/** PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const KEY = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
/** Clocks of the machines of a site differ. */
const BACKDATED_MS = 60 * 60_000;

/** A certificate authority of a site's own, for nothing but the servers of that site. */
export async function makeAuthority(
  site: string,
  clock: Pick<Clock, "now">,
  days = 3_650,
): Promise<CertifiedKey> {
  const x = x509();
  const keys = await makeKeys();
  const made = await x.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ O: ["fogwot"] }, { CN: [`fogwot site ${site}`] }],
    ...lifetime(clock, days),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x.BasicConstraintsExtension(true, 0, true),
      new x.KeyUsagesExtension(x.KeyUsageFlags.keyCertSign | x.KeyUsageFlags.cRLSign, true),
      await x.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${made.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
}

export interface ServerCertificateOptions {
  readonly authority: CertifiedKey;
  /** Host names and addresses; the first is the subject's name as well. */
  readonly hosts: readonly string[];
  readonly clock: Pick<Clock, "now">;
  /** @default 397, the longest that browsers take */
  readonly days?: number;
}

/** A certificate for the site's servers, with a key of its own. */
export async function makeServerCertificate({
  authority,
  hosts,
  clock,
  days = 397,
}: ServerCertificateOptions): Promise<CertifiedKey> {
  const x = x509();
  const issuer = new x.X509Certificate(authority.certificate);
  const keys = await makeKeys();
  const names = hosts.map((value) => ({
    type: isIP(value) ? ("ip" as const) : ("dns" as const),
    value,
  }));
  const made = await x.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [hosts[0] ?? "localhost"] }],
    issuer: issuer.subject,
    ...lifetime(clock, days),
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x.BasicConstraintsExtension(false, undefined, true),
      new x.KeyUsagesExtension(x.KeyUsageFlags.digitalSignature, true),
      new x.ExtendedKeyUsageExtension([x.ExtendedKeyUsage.serverAuth]),
      new x.SubjectAlternativeNameExtension(names),
      await x.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: `${made.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
}

function lifetime(clock: Pick<Clock, "now">, days: number) {
  const nowMs = clock.now();
  return { notBefore: new Date(nowMs - BACKDATED_MS), notAfter: new Date(nowMs + days * DAY_MS) };
}

/** Positive, of 16 bytes, without leading zeros. @see RFC 5280, section 4.1.2.2 */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ""), "base64");
  return webcrypto.subtle.importKey("pkcs8", bytes, KEY, false, ["sign"]);
}

let loaded: typeof X509 | undefined;

/** Loaded where a certificate is made: no running program makes one. */
function x509(): typeof X509 {
  if (loaded) return loaded;
  require("reflect-metadata");
  loaded = require("@peculiar/x509") as typeof X509;
  loaded.cryptoProvider.set(webcrypto as never);
  return loaded;
}
