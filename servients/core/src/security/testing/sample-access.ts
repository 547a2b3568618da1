import type { SiteSecurity } from "../../config";
import { VirtualClock } from "../../time";
import { hashPassword } from "../password-hash";
import { secretHash } from "../service-account";
import { createAccess, type SiteAccess } from "../site-access";
import { makeTokenKeys, mintToken, tokenVerifier } from "../tokens";
import type { UserList } from "../users";
import { sampleSecurity } from "./sample-security";

export interface SampleAccess {
  readonly access: SiteAccess;
  readonly clock: VirtualClock;
  readonly users: UserList;
  token(name: string, scopes: readonly string[], lifetimeMs?: number): Promise<string>;
}

/** Users of the sample: `reader` may read, `operator` also act, `admin` everything. */
export const PASSWORD = "s3cret-password";
export const API_KEY = "s3cret-api-key";
export const PSK = "5ec2e7".repeat(8);

const SCOPES = { reader: ["read"], operator: ["operate"], admin: ["admin"] };

/** Access whose users all have the password `PASSWORD`; API keys are `<API_KEY>-<name>`. */
export async function sampleAccess(changes: Partial<SiteSecurity> = {}): Promise<SampleAccess> {
  const clock = new VirtualClock(1_800_000_000_000);
  const keys = await makeTokenKeys();
  const passwordHash = await hashPassword(PASSWORD, { iterations: 100 });
  const users: UserList = {
    users: Object.entries(SCOPES).map(([name, scopes]) => ({
      ...{ name, scopes, passwordHash, psk: PSK },
      apiKeyHash: secretHash(`${API_KEY}-${name}`),
    })),
    revoked: {},
  };
  const access = createAccess({
    security: sampleSecurity({
      limits: { requestsPerSecond: 10_000, burst: 10_000, failedLoginsPerMinute: 10_000 },
      ...changes,
    }),
    users,
    verifyToken: tokenVerifier("sample", keys.open, clock),
    clock,
  });
  const [key = {}] = keys.secret.keys;
  const token = (name: string, scopes: readonly string[], lifetimeMs = 60_000) =>
    mintToken({ site: "sample", name, scopes, lifetimeMs, key, clock });
  return { access, clock, users, token };
}
