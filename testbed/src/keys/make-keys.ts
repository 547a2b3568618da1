import { createHash, randomBytes, X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import {
  type CertifiedKey,
  type Clock,
  ConfigError,
  loadUsers,
  makeAuthority,
  makeSecretFolder,
  makeServerCertificate,
  makeTokenKeys,
  readSecretFile,
  type SecretFiles,
  saveUsers,
  secretFiles,
  siteHosts,
  writeSecretFile,
} from "@fogwot/core";
import { loadSecuredSite, type SecuredSite } from "./require-security";

/** What can be made anew by itself. */
export const KEY_PARTS = ["ca", "server", "tokens", "services"] as const;
export type KeyPart = (typeof KEY_PARTS)[number];

export interface KeyFile {
  readonly file: string;
  readonly what: string;
  readonly did: "made" | "kept" | "replaced";
  /** What there is to be told about it. */
  readonly note?: string;
}

export interface KeysReport {
  readonly folder: string;
  readonly files: readonly KeyFile[];
}

export interface KeysOptions {
  readonly siteFile: string;
  /** Made anew although they are there. */
  readonly rotate: readonly KeyPart[];
  readonly clock: Pick<Clock, "now">;
}

/**
 * Makes what is missing of a site's secrets, and of what is there only what is to be rotated.
 * @throws ConfigError where there is no section `security`, or a file cannot be read or written
 */
export async function makeKeys({ siteFile, rotate, clock }: KeysOptions): Promise<KeysReport> {
  const site = loadSecuredSite(siteFile);
  const files = secretFiles(site.security.folder);
  makeSecretFolder(files.folder);
  // A new authority has issued nothing yet.
  const wanted = new Set(rotate.includes("ca") ? [...rotate, "server" as const] : rotate);
  return {
    folder: files.folder,
    files: [
      ...(site.security.tls ? await certificates(site, files, wanted, clock) : []),
      await tokens(files, wanted.has("tokens")),
      services(files, wanted.has("services")),
      users(files),
    ],
  };
}

async function certificates(
  site: SecuredSite,
  files: SecretFiles,
  rotate: ReadonlySet<KeyPart>,
  clock: Pick<Clock, "now">,
): Promise<KeyFile[]> {
  const authorityDid = whatToDo([files.ca], rotate.has("ca"));
  const serverDid =
    authorityDid === "made" && fs.existsSync(files.certificate)
      ? "replaced"
      : whatToDo([files.certificate, files.certificateKey], rotate.has("server"));
  if (authorityDid !== "kept") {
    const made = await makeAuthority(site.site, clock);
    writeSecretFile(files.caKey, made.key);
    writeOpenFile(files.ca, made.certificate);
  }
  const hosts = certifiedHosts(site);
  if (serverDid !== "kept") {
    const made = await makeServerCertificate({ authority: readAuthority(files), hosts, clock });
    writeSecretFile(files.certificateKey, made.key);
    writeOpenFile(files.certificate, made.certificate);
  }
  return [
    {
      file: files.ca,
      what: "certificate of the site's own authority",
      did: authorityDid,
      note: `clients trust it; SHA-256 ${fingerprint(files.ca)}. Its key, ${files.caKey}, is needed for new server certificates alone`,
    },
    {
      file: files.certificate,
      what: "certificate of the site's servers",
      did: serverDid,
      note: certificateNote(files.certificate, hosts, clock),
    },
  ];
}

async function tokens(files: SecretFiles, isRotated: boolean): Promise<KeyFile> {
  const did = whatToDo([files.tokenKey, files.tokenPublicKey], isRotated);
  if (did !== "kept") {
    const keys = await makeTokenKeys();
    writeSecretFile(files.tokenKey, `${JSON.stringify(keys.secret)}\n`);
    writeSecretFile(files.tokenPublicKey, `${JSON.stringify(keys.open)}\n`);
  }
  const note = did === "replaced" ? "tokens made before do not hold any more" : undefined;
  return { file: files.tokenKey, what: "key of users' tokens", did, ...(note ? { note } : {}) };
}

function services(files: SecretFiles, isRotated: boolean): KeyFile {
  const did = whatToDo([files.services], isRotated);
  if (did !== "kept") writeSecretFile(files.services, `${randomBytes(32).toString("base64url")}\n`);
  const note = "the same on every machine of the site; programs take it up at their next start";
  return { file: files.services, what: "root of the programs' own credentials", did, note };
}

function users({ users: file }: SecretFiles): KeyFile {
  const what = "users";
  if (fs.existsSync(file)) {
    const count = loadUsers(file).users.length;
    return { file, what, did: "kept", note: `${count} of them` };
  }
  saveUsers(file, { users: [], revoked: {} });
  return { file, what, did: "made", note: "nobody so far: fogwot users add" };
}

function whatToDo(files: readonly string[], isRotated: boolean): KeyFile["did"] {
  const isThere = files.some((file) => fs.existsSync(file));
  const isWhole = files.every((file) => fs.existsSync(file));
  if (!isThere) return "made";
  return isWhole && !isRotated ? "kept" : "replaced";
}

/** Names by which the site's servers are reached, on this machine also by its own. */
function certifiedHosts(site: SecuredSite): string[] {
  return [...new Set([...siteHosts(site), "localhost", "127.0.0.1", "::1", os.hostname()])];
}

function readAuthority({ ca, caKey }: SecretFiles): CertifiedKey {
  if (fs.existsSync(caKey)) {
    return { certificate: fs.readFileSync(ca, "utf8"), key: readSecretFile(caKey) };
  }
  const wanted = "the authority's key, to issue a certificate, or --rotate ca";
  throw new ConfigError(caKey, [{ path: "", got: "no file", wanted }]);
}

const DAY_MS = 86_400_000;

function certificateNote(
  file: string,
  hosts: readonly string[],
  { now }: Pick<Clock, "now">,
): string {
  const read = new X509Certificate(fs.readFileSync(file));
  const missing = hosts.filter((host) => !read.checkHost(host) && !read.checkIP(host));
  const days = Math.floor((Date.parse(read.validTo) - now()) / DAY_MS);
  const lasts = days < 0 ? "has expired" : `holds for ${days} days`;
  if (missing.length === 0) return `for ${hosts.join(", ")}; ${lasts}`;
  return `does not name ${missing.join(", ")}; ${lasts}. fogwot keys --rotate server mends it`;
}

function fingerprint(file: string): string {
  const { raw } = new X509Certificate(fs.readFileSync(file));
  return createHash("sha256").update(raw).digest("hex").slice(0, 32);
}

/** Everybody may read it, once the folder lets them. */
function writeOpenFile(file: string, text: string): void {
  writeSecretFile(file, text);
  fs.chmodSync(file, 0o644);
}
