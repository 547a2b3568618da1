import { createAccess, type SiteAccess, type User } from "../../../security";
import { sampleSecurity } from "../../../security/testing/sample-security";

/** Users with keys that can be typed. `reader` may read and subscribe, `admin` do everything. */
export const KEYS: Readonly<Record<string, string>> = {
  reader: "key-of-the-reader",
  operator: "key-of-the-operator",
  admin: "key-of-the-admin",
};

const SCOPES: Readonly<Record<string, readonly string[]>> = {
  reader: ["read"],
  operator: ["operate"],
  admin: ["admin"],
};

export interface TypedAccess {
  readonly access: SiteAccess;
  /** Takes users' keys back. */
  remove(name: string): void;
}

/** Access for clients that take a key as text. */
export function typedAccess(changes: Parameters<typeof sampleSecurity>[0] = {}): TypedAccess {
  let users: User[] = Object.entries(KEYS).map(([name, key]) => ({
    name,
    scopes: SCOPES[name] ?? [],
    psk: Buffer.from(key).toString("hex"),
  }));
  const access = createAccess({
    security: sampleSecurity({
      limits: { requestsPerSecond: 10_000, burst: 10_000, failedLoginsPerMinute: 10_000 },
      ...changes,
    }),
    users: { users, revoked: {} },
  });
  return {
    access,
    remove: (name) => {
      users = users.filter((user) => user.name !== name);
      access.replaceUsers({ users, revoked: {} });
    },
  };
}
