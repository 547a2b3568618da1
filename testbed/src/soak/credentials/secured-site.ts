import * as fs from "node:fs";
import * as path from "node:path";
import {
  makeTokenKeys,
  mintToken,
  packageRoot,
  type SiteSecurity,
  systemClock,
} from "@fogwot/core";
import { makeKeys } from "../../keys/make-keys";
import { UserStore } from "../../users/user-store";
import { addUser, makeApiKey, makePsk, makeToken } from "../../users/users";
import { LivingSite } from "../site/living-site";

export const SECURED = path.join(packageRoot(__dirname), "sites", "secured", "site.yaml");

/** What one user of the tried site has. */
export interface UserSecrets {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly password: string;
  readonly apiKey: string;
  readonly psk: string;
  readonly token: string;
}

export interface SecuredSite {
  readonly site: LivingSite;
  readonly ca: string;
  readonly users: Readonly<Record<UserName, UserSecrets>>;
  /** Sound, but their time is over, or made with a key that is not the site's. */
  readonly badTokens: { readonly expired: string; readonly foreign: string };
  /** All of them: none may show anywhere. */
  readonly secrets: readonly string[];
}

/** `stranger` is known, and may do nothing. */
export type UserName = "stranger" | "reader" | "operator" | "admin";

const SCOPES: Readonly<Record<UserName, readonly string[]>> = {
  stranger: ["elsewhere"],
  reader: ["read"],
  operator: ["operate"],
  admin: ["read", "operate", "admin"],
};

/** So many wrong guesses come from one address that the usual limits would answer for the rules. */
const LIMITS: SiteSecurity["limits"] = {
  requestsPerSecond: 100_000,
  burst: 1_000_000,
  failedLoginsPerMinute: 10_000,
};

/** A copy of the secured site with keys and users of its own, up, every log line told. */
export async function startSecuredSite(): Promise<SecuredSite> {
  const site = new LivingSite({
    from: SECURED,
    site: (file) => ({ ...file, ...withSecurity(file.security) }),
    environment: { FOGWOT_LOG_LEVEL: "trace" },
  });
  try {
    await makeKeys({ siteFile: site.siteFile, rotate: [], clock: systemClock });
    const store = new UserStore(site.siteFile);
    const entries = Object.entries(SCOPES).map(
      async ([name, scopes]) => [name, await makeUser(store, name, scopes)] as const,
    );
    const users = Object.fromEntries(await Promise.all(entries)) as SecuredSite["users"];
    const badTokens = await makeBadTokens(store, users.admin);
    await site.up();
    const { folder } = store.site.security;
    const ca = fs.readFileSync(path.join(folder, "tls", "ca.crt"), "utf8");
    const secrets = [
      ...Object.values(users).flatMap(({ password, apiKey, psk, token }) => [
        ...[password, apiKey, psk, token],
        Buffer.from(`${password}`).toString("base64"),
      ]),
      ...Object.values(badTokens),
      ...secretLines(folder),
      site.attached.info.token,
    ];
    return { site, ca, users, badTokens, secrets };
  } catch (error) {
    await site.stop();
    throw error;
  }
}

function withSecurity(security: SiteSecurity | undefined) {
  return security ? { security: { ...security, folder: "secrets", limits: LIMITS } } : {};
}

async function makeUser(
  store: UserStore,
  name: string,
  scopes: readonly string[],
): Promise<UserSecrets> {
  const password = `pass-of-${name}-${Math.random().toString(36).slice(2)}`;
  await addUser(store, { name, scopes, password });
  const apiKey = await makeApiKey(store, name);
  const psk = await makePsk(store, name);
  const token = await makeToken(store, { name, lifetimeMs: 24 * 3_600_000 }, systemClock);
  return { name, scopes, password, apiKey, psk, token };
}

async function makeBadTokens(store: UserStore, { name, scopes }: UserSecrets) {
  const { site } = store.site;
  const yesterday = { now: () => systemClock.now() - 86_400_000 };
  const expired = await makeToken(store, { name, lifetimeMs: 60_000 }, yesterday);
  const [key = {}] = (await makeTokenKeys()).secret.keys;
  const options = { site, name, scopes, lifetimeMs: 3_600_000, key, clock: systemClock };
  return { expired, foreign: await mintToken(options) };
}

/** What stands in the files that nobody else may read, in pieces long enough to be told apart. */
function secretLines(folder: string): string[] {
  const names = ["services.key", "tls/server.key", "tls/ca.key", "users.yaml", "jwt/private.json"];
  return names.flatMap((name) => {
    const text = fs.readFileSync(path.join(folder, name), "utf8");
    return [...text.matchAll(/[A-Za-z0-9+/_=-]{40,}/g)].map(([piece]) => piece);
  });
}
