import { existsSync, readFileSync, statSync } from "node:fs";
import type { Site } from "../config";
import type { SiteSecurity } from "../config/security-settings";
import { ConfigError, FogwotError } from "../errors";
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
  const parts: WatchedFile[] = [
    new WatchedFile(files.users, () => access.replaceUsers(loadUsers(files.users))),
    new WatchedFile(files.tokenPublicKey, () => access.replaceVerifier(loadVerifier())),
  ];
  let cancel = clock.schedule(reloadMs, look);
  function look(): void {
    for (const part of parts) {
      try {
        if (part.reloadIfChanged()) log.info({ file: part.file }, "read again");
      } catch (err) {
        if (!(err instanceof FogwotError)) throw err;
        log.error({ err }, "a file of secrets cannot be read; what was read before holds on");
      }
    }
    cancel = clock.schedule(reloadMs, look);
  }
  return {
    access,
    close: () => {
      cancel();
      access.close();
    },
  };
}

class WatchedFile {
  readonly file: string;
  readonly #reload: () => void;
  #seen: string;

  constructor(file: string, reload: () => void) {
    this.file = file;
    this.#reload = reload;
    this.#seen = versionOf(file);
  }

  reloadIfChanged(): boolean {
    const version = versionOf(this.file);
    if (version === this.#seen) return false;
    // Before it is read: a file that does not fit is complained of once.
    this.#seen = version;
    this.#reload();
    return true;
  }
}

function versionOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size} ${stat.mode}` : "";
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
