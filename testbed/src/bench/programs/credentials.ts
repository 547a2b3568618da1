import {
  type Access,
  createAccess,
  makeTokenKeys,
  mintToken,
  SECURITY_SCHEMA,
  type SiteSecurity,
  systemClock,
  tokenVerifier,
  validateConfig,
} from "@fogwot/core";

/** Rules of a site as it has them by default, and the header of a user who may read. */
export interface BenchAccess {
  readonly access: Access;
  readonly authorization: string;
}

const SITE = "bench";
const LIFETIME_MS = 24 * 60 * 60_000;
/** No benchmark comes near. */
const UNLIMITED = 1e9;

/** Made anew by each server: nothing it opens outlives the process. */
export async function benchAccess(): Promise<BenchAccess> {
  const security = validateConfig<SiteSecurity>({}, SECURITY_SCHEMA, "benchmark");
  const { secret, open } = await makeTokenKeys();
  const [key = {}] = secret.keys;
  const limits = { ...security.limits, requestsPerSecond: UNLIMITED, burst: UNLIMITED };
  const access = createAccess({
    security: { ...security, limits },
    verifyToken: tokenVerifier(SITE, open, systemClock),
  });
  const token = await mintToken({
    ...{ site: SITE, name: "reader", scopes: ["read"], key },
    lifetimeMs: LIFETIME_MS,
    clock: systemClock,
  });
  return { access, authorization: `Bearer ${token}` };
}
