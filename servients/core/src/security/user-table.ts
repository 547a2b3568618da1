import { createHash, timingSafeEqual } from "node:crypto";
import type { Principal } from "./access";
import { nobodysHash } from "./password-hash";
import { SERVICE_SCOPES, type ServiceAccount } from "./service-account";
import type { User, UserList } from "./users";

interface Entry {
  readonly principal: Principal;
  readonly passwordHash: string | undefined;
  /** SHA-256 of an API key, or of a program's secret. */
  readonly secretHash: string | undefined;
  readonly psk: Buffer | undefined;
  readonly isService: boolean;
}

/** Everybody who can log in: the users, and the site's own programs. */
export class UserTable {
  readonly #entries = new Map<string, Entry>();
  readonly #bySecret = new Map<string, Entry>();
  readonly #revoked: UserList["revoked"];
  readonly #nobodysHash: string;

  constructor({ users, revoked }: UserList, services: readonly ServiceAccount[]) {
    this.#revoked = revoked;
    this.#nobodysHash = nobodysHash(users.find((user) => user.passwordHash)?.passwordHash);
    for (const user of users) this.#add(entryOf(user));
    for (const service of services) this.#add(serviceEntry(service));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  principal(name: string): Principal | undefined {
    return this.#entries.get(name)?.principal;
  }

  /** One that no password has, where there is no such user or it has no password. */
  passwordHash(name: string): string {
    return this.#entries.get(name)?.passwordHash ?? this.#nobodysHash;
  }

  psk(name: string): Buffer | undefined {
    return this.#entries.get(name)?.psk;
  }

  /** Whose API key it is. A look-up by a hash tells nothing about the keys there are. */
  byApiKey(key: string): Principal | undefined {
    return this.#bySecretText(key)?.principal;
  }

  /** Which of the site's programs shows its secret as a token. */
  serviceByToken(token: string): Principal | undefined {
    const entry = this.#bySecretText(token);
    return entry?.isService ? entry.principal : undefined;
  }

  /** Whether it is the secret of this very program of the site. */
  service(name: string, secret: string): Principal | undefined {
    const entry = this.#entries.get(name);
    return entry?.isService && this.#bySecretText(secret) === entry ? entry.principal : undefined;
  }

  /** Whether a token of that name and time was taken back. */
  isRevoked(name: string, issuedAtMs: number): boolean {
    const atS = Object.hasOwn(this.#revoked, name) ? this.#revoked[name] : undefined;
    return atS !== undefined && issuedAtMs <= atS * 1_000;
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.principal.name, entry);
    if (entry.secretHash !== undefined) this.#bySecret.set(entry.secretHash, entry);
  }

  #bySecretText(secret: string): Entry | undefined {
    const digest = createHash("sha256").update(secret).digest();
    const entry = this.#bySecret.get(digest.toString("hex"));
    const held = entry && Buffer.from(entry.secretHash ?? "", "hex");
    return held && held.length === digest.length && timingSafeEqual(held, digest)
      ? entry
      : undefined;
  }
}

function entryOf({ name, scopes, passwordHash, apiKeyHash, psk }: User): Entry {
  return {
    principal: { name, scopes },
    passwordHash,
    secretHash: apiKeyHash,
    psk: psk === undefined ? undefined : Buffer.from(psk, "hex"),
    isService: false,
  };
}

function serviceEntry({ name, scopes, secretHash, psk }: ServiceAccount): Entry {
  return {
    principal: { name, scopes },
    passwordHash: undefined,
    secretHash,
    psk: Buffer.from(psk, "hex"),
    isService: true,
  };
}

const SERVICES: ReadonlySet<string> = new Set(Object.values(SERVICE_SCOPES));

/** One of the site's own programs. */
export function isService({ scopes }: Principal): boolean {
  return scopes.some((scope) => SERVICES.has(scope));
}
