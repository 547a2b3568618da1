import { randomBytes } from "node:crypto";
import {
  type Clock,
  hashPassword,
  mintToken,
  NotFoundError,
  readSecretFile,
  readTokenKeys,
  secretFiles,
  secretHash,
  USER_NAME_PATTERN,
  type User,
  type UserList,
} from "@fogwot/core";
import { UsageError } from "../errors";
import type { UserStore } from "./user-store";

const KEY_BYTES = 32;
/** Those of what is printed are too long to be guessed, so they need no slow hash. */
const newSecret = (): string => randomBytes(KEY_BYTES).toString("base64url");

/** @throws UsageError when there is one of that name */
export async function addUser(
  store: UserStore,
  user: { readonly name: string; readonly scopes: readonly string[]; readonly password?: string },
): Promise<void> {
  const { name, scopes, password } = user;
  checkName(name);
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  await store.change((list) => {
    if (find(list, name)) throw new UsageError(`there is a user ${name} already`);
    const added: User = { name, scopes, ...(passwordHash ? { passwordHash } : {}) };
    return { ...list, users: [...list.users, added] };
  });
}

/** Takes a user out, and back what tokens of that name there are. @throws NotFoundError */
export async function removeUser(
  store: UserStore,
  name: string,
  clock: Pick<Clock, "now">,
): Promise<void> {
  await store.change((list) => {
    const isKnown = find(list, name) !== undefined;
    if (!isKnown) throw noSuchUser(list, name);
    const revoked = { ...list.revoked, [name]: Math.floor(clock.now() / 1_000) };
    return { users: list.users.filter((user) => user.name !== name), revoked };
  });
}

/** @throws NotFoundError */
export async function setPassword(store: UserStore, name: string, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await update(store, name, (user) => ({ ...user, passwordHash }));
}

/** @throws NotFoundError */
export function setScopes(
  store: UserStore,
  name: string,
  scopes: readonly string[],
): Promise<void> {
  return update(store, name, (user) => ({ ...user, scopes }));
}

/** @returns a new API key, which replaces an older one; only its hash is kept. @throws NotFoundError */
export async function makeApiKey(store: UserStore, name: string): Promise<string> {
  const key = newSecret();
  await update(store, name, (user) => ({ ...user, apiKeyHash: secretHash(key) }));
  return key;
}

/**
 * @returns a new pre-shared key. It is printable ASCII, the way libcoap's clients take a key on their
 *   command line; the users file holds the same bytes in hexadecimal, since TLS needs them in clear.
 * @throws NotFoundError
 */
export async function makePsk(store: UserStore, name: string): Promise<string> {
  const key = newSecret();
  await update(store, name, (user) => ({ ...user, psk: Buffer.from(key).toString("hex") }));
  return key;
}

export interface TokenRequest {
  readonly name: string;
  /** @default those of the user */
  readonly scopes?: readonly string[];
  readonly lifetimeMs: number;
}

/**
 * A token, of a user or of a name that has nothing else.
 * @throws UsageError for scopes that the user does not have, ConfigError where there is no key
 */
export async function makeToken(
  store: UserStore,
  { name, scopes, lifetimeMs }: TokenRequest,
  clock: Pick<Clock, "now">,
): Promise<string> {
  checkName(name);
  const user = find(store.list(), name);
  const granted = scopes ?? user?.scopes;
  if (!granted) throw new UsageError(`there is no user ${name}: say --scopes`);
  const beyond = granted.filter((scope) => user && !user.scopes.includes(scope));
  if (beyond.length > 0) throw new UsageError(`${name} has no scope ${beyond.join(", ")}`);
  const { tokenKey } = secretFiles(store.site.security.folder);
  const [key = {}] = readTokenKeys(tokenKey, readSecretFile).keys;
  return mintToken({ site: store.site.site, name, scopes: granted, lifetimeMs, key, clock });
}

/** What a list of users tells of one. */
export function summaryOf({ name, scopes, passwordHash, apiKeyHash, psk }: User) {
  const has = { password: passwordHash, "API key": apiKeyHash, PSK: psk };
  const shown = Object.entries(has).filter(([, value]) => value !== undefined);
  return { name, scopes, has: shown.map(([what]) => what) };
}

async function update(store: UserStore, name: string, change: (user: User) => User) {
  await store.change((list) => {
    if (!find(list, name)) throw noSuchUser(list, name);
    return { ...list, users: list.users.map((user) => (user.name === name ? change(user) : user)) };
  });
}

function find({ users }: UserList, name: string): User | undefined {
  return users.find((user) => user.name === name);
}

function noSuchUser({ users }: UserList, name: string): NotFoundError {
  return new NotFoundError(`user ${name} (there are ${users.map((one) => one.name).join(", ")})`);
}

function checkName(name: string): void {
  if (new RegExp(USER_NAME_PATTERN).test(name)) return;
  throw new UsageError(
    `${name}: a user's name has letters, digits and ._@-, at most 64, and does not begin with fogwot.`,
  );
}
