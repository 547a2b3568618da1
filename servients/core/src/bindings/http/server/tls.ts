import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import { createSecureContext } from "node:tls";
import { readSecretFile, watchFiles } from "../../../config";
import { ConfigError } from "../../../errors";
import type { Logger } from "../../../log";
import { type Clock, systemClock } from "../../../time";

/** What a server proves its identity with. */
export interface TlsOptions {
  /** Private key: PEM text, or the name of a file with it that only its owner may read. */
  readonly key: string;
  /** Certificate and those that lead to its root: PEM text, or the name of a file with it. */
  readonly cert: string;
  /** @default "TLSv1.2" */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
  /** How often files are looked at for another certificate, ms. @default 1000 */
  readonly reloadMs?: number;
}

/** What a server over TLS is told of; `tls.Server` and `https.Server` are such. */
export interface TakesCertificates {
  setSecureContext(options: SecureContextOptions): void;
}

/**
 * Lets a server go on with the certificate that its files hold now: those who connect from then on
 * see it, connections that are open stay. Files that cannot be read, or do not fit together yet,
 * leave it the one it has.
 * @returns ends it
 */
export function renewCertificate(
  server: TakesCertificates,
  tls: TlsOptions,
  { log, clock = systemClock }: { readonly log: Logger; readonly clock?: Clock },
): () => void {
  const files = [tls.key, tls.cert].filter((one) => !isPem(one));
  if (files.length === 0) return () => undefined;
  const reload = () => server.setSecureContext(secureContextOptions(tls));
  return watchFiles([{ files, reload }], { clock, log, everyMs: tls.reloadMs ?? RELOAD_MS });
}

const RELOAD_MS = 1_000;

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
