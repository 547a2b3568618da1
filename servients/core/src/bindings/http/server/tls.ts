import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import { createSecureContext } from "node:tls";
import { readSecretFile } from "../../../config";
import { ConfigError } from "../../../errors";

/** What a server proves its identity with. */
export interface TlsOptions {
  /** Private key: PEM text, or the name of a file with it that only its owner may read. */
  readonly key: string;
  /** Certificate and those that lead to its root: PEM text, or the name of a file with it. */
  readonly cert: string;
  /** @default "TLSv1.2" */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
}

/** @throws ConfigError when key or certificate cannot be read, or do not fit together */
export function secureContextOptions(tls: TlsOptions): SecureContextOptions {
  const { key, cert, minVersion = "TLSv1.2" } = tls;
  const options = {
    key: isPem(key) ? key : readSecretFile(key),
    cert: isPem(cert) ? cert : readCertificate(cert),
    minVersion,
  };
  try {
    createSecureContext(options);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no key pair";
    const wanted = "a private key and its certificate, in PEM";
    throw new ConfigError("HTTPS server", [{ path: "/tls", got, wanted }], { cause });
  }
  return options;
}

function isPem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(file, [{ path: "", got, wanted: "a readable file" }], { cause });
  }
}
