import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "../errors";

/** What lies where in a site's folder of secrets. */
export interface SecretFiles {
  readonly folder: string;
  readonly users: string;
  /** JWK sets: the private key stays where tokens are made, verifiers need the public one. */
  readonly tokenKey: string;
  readonly tokenPublicKey: string;
  /** What the site's programs on several machines derive their credentials from. */
  readonly services: string;
  /** PEM. */
  readonly ca: string;
  readonly caKey: string;
  readonly certificate: string;
  readonly certificateKey: string;
}

export function secretFiles(folder: string): SecretFiles {
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  return {
    folder,
    users: at("users.yaml"),
    tokenKey: at("jwt", "private.json"),
    tokenPublicKey: at("jwt", "public.json"),
    services: at("services.key"),
    ca: at("tls", "ca.crt"),
    caKey: at("tls", "ca.key"),
    certificate: at("tls", "server.crt"),
    certificateKey: at("tls", "server.key"),
  };
}

/**
 * Replaces a secret at once, so that a reader never sees half of it; only its owner can read it.
 * @throws ConfigError
 */
export function writeSecretFile(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}.new`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
    renameSync(draft, file);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(file, [{ path: "", got, wanted: "a file that can be written" }], {
      cause,
    });
  }
}

/** The folder, for its owner alone. @throws ConfigError when somebody else's */
export function makeSecretFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no folder";
    throw new ConfigError(folder, [{ path: "", got, wanted: "a folder of one's own" }], { cause });
  }
}
