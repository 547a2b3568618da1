import { existsSync, readFileSync } from "node:fs";
import { type Site, watchFiles } from "../config";
import type { SiteSecurity } from "../config/security-settings";
import { ConfigError } from "../errors";
import { type Logger, silentLogger } from "../log";
import { type Clock, systemClock } from "../time";
import type { Access } from "./access";
import { secretFiles } from "./secret-files";
import type { ServiceAccount } from "./service-account";
import { createAccess } from "./site-access";
import { type TokenKeys, tokenVerifier, type VerifyToken } from "./tokens";
import { loadUsers } from "./users-file";

export interface OpenAccessOptions {
  /** Its section `security` names the folder. */
  readonly site: Pick<Site, "site"> & { readonly security: SiteSecurity };
  readonly services?: readonly ServiceAccount[];
  readonly clock?: Clock;
  readonly log?: Logger;
  /** How often the files are looked at for changes. @default 1000 ms */
  readonly reloadMs?: number;
}

export interface OpenedAccess {
  readonly access: Access;
  /** Looks at the files no more, and ends every watch. */
  close(): void;
}

/**
 * Access by a site's files: users and the public key of tokens. Changes of them take effect while it
 * runs; one that cannot be read leaves what was, and is logged.
 *
 * @throws ConfigError when they cannot be read at the start
 */
export function openAccess(options: OpenAccessOptions): OpenedAccess {
  const { site, services, clock = systemClock, log = silentLogger, reloadMs = 1_000 } = options;
  const files = secretFiles(site.security.folder);
  const loadVerifier = () => loadTokenVerifier(site.site, files.tokenPublicKey, clock);
  const verifyToken = loadVerifier();
  const access = createAccess({
    security: site.security,
    users: loadUsers(files.users),
    ...(verifyToken ? { verifyToken } : {}),
    ...(services ? { services } : {}),
    clock,
  });
  const cancel = watchFiles(
    [
      { files: [files.users], reload: () => access.replaceUsers(loadUsers(files.users)) },
      {
        files: [files.tokenPublicKey],
        reload: () => access.replaceVerifier(loadVerifier()),
      },
    ],
    { clock, log, everyMs: reloadMs },
  );
  return {
    access,
    close: () => {
      cancel();
      access.close();
    },
  };
}

/** Undefined where the site has no key: it takes no tokens then. @throws ConfigError */
function loadTokenVerifier(site: string, file: string, clock: Clock): VerifyToken | undefined {
  if (!existsSync(file)) return undefined;
  return tokenVerifier(site, readTokenKeys(file), clock);
}

/** @throws ConfigError */
export function readTokenKeys(file: string, read = (name: string) => readFileSync(name, "utf8")) {
  try {
    const value = JSON.parse(read(file)) as Partial<TokenKeys>;
    if (Array.isArray(value.keys) && value.keys.length > 0) return value as TokenKeys;
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // Nothing of the file is repeated: it may be a private key.
  }
  throw new ConfigError(file, [{ path: "", got: "something else", wanted: "a JWK set" }]);
}
