import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ConfigError, UnauthorizedError } from "../errors";
import { VirtualClock } from "../time";
import { type OpenedAccess, openAccess } from "./open-access";
import { secretFiles, writeSecretFile } from "./secret-files";
import { secretHash } from "./service-account";
import { sampleSecurity } from "./testing/sample-security";
import { makeTokenKeys, mintToken } from "./tokens";
import { loadUsers, saveUsers } from "./users-file";

const HERE = "127.0.0.1";

describe("openAccess", () => {
  let folder: string;
  let clock: VirtualClock;
  let opened: OpenedAccess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fogwot-access-"));
    clock = new VirtualClock(1_000_000);
  });
  afterEach(() => {
    opened?.close();
    opened = undefined;
    rmSync(folder, { recursive: true });
  });

  function open(): OpenedAccess {
    const site = { site: "plant", security: sampleSecurity({ folder }) };
    opened = openAccess({ site, clock });
    return opened;
  }
  const file = () => secretFiles(folder).users;
  const key = (text: string) => ({ kind: "apikey", key: text }) as const;
  const user = (name: string) => ({ name, scopes: ["read"], apiKeyHash: secretHash(name) });

  it("starts without a user, and takes up each change of the file while it runs", async () => {
    const { access } = open();
    expect(() => access.authenticate(key("ada"), HERE)).toThrow(UnauthorizedError);
    saveUsers(file(), { users: [user("ada"), user("bob")], revoked: {} });
    await clock.advance(1_000);
    expect(access.authenticate(key("ada"), HERE)).toMatchObject({ name: "ada" });
    let isEnded = false;
    access.watch({ name: "bob", scopes: ["read"] }, () => {
      isEnded = true;
    });
    saveUsers(file(), { users: [user("ada")], revoked: {} });
    await clock.advance(1_000);
    expect(isEnded).toBe(true);
    expect(() => access.authenticate(key("bob"), HERE)).toThrow(UnauthorizedError);
  });

  it("keeps what it has when the file is broken, or open to others", async () => {
    saveUsers(file(), { users: [user("ada")], revoked: {} });
    const { access } = open();
    for (const text of ["users: [", "users: [{ name: ada }]"]) {
      writeSecretFile(file(), text);
      await clock.advance(1_000);
      expect(access.authenticate(key("ada"), HERE)).toMatchObject({ name: "ada" });
    }
    saveUsers(file(), { users: [], revoked: {} });
    chmodSync(file(), 0o644);
    await clock.advance(1_000);
    expect(access.authenticate(key("ada"), HERE)).toMatchObject({ name: "ada" });
  });

  it("takes tokens of the site's key, and none of a key that was replaced", async () => {
    const { tokenPublicKey } = secretFiles(folder);
    const first = await makeTokenKeys();
    writeSecretFile(tokenPublicKey, JSON.stringify(first.open));
    const { access } = open();
    const [signing = {}] = first.secret.keys;
    const token = await mintToken({
      ...{ site: "plant", name: "ada", scopes: [], lifetimeMs: 60_000, key: signing, clock },
    });
    expect(await access.authenticate({ kind: "bearer", token }, HERE)).toMatchObject({
      name: "ada",
    });
    writeSecretFile(tokenPublicKey, JSON.stringify((await makeTokenKeys()).open));
    await clock.advance(1_000);
    const attempt = (async () => access.authenticate({ kind: "bearer", token }, HERE))();
    await expect(attempt).rejects.toThrow(UnauthorizedError);
  });

  it("leaves no timer behind", () => {
    open().close();
    expect(clock.pending).toBe(0);
  });

  it("writes users for their owner alone, and complains of a file without repeating it", () => {
    saveUsers(file(), { users: [user("ada")], revoked: { bob: 7 } });
    expect(loadUsers(file())).toEqual({ users: [user("ada")], revoked: { bob: 7 } });
    expect(readFileSync(file(), "utf8")).toContain("0600");
    const wrong = [
      "users: [{ name: ada, scopes: [], password: hunter2 }]",
      "users: [{ name: ada, scopes: [], passwordHash: hunter2 }]",
      "users: [{ name: fogwot.server, scopes: [] }]",
      "users: [{ name: ada, scopes: ['fogwot:server'] }]",
      "users: [{ name: ada, scopes: [] }, { name: ada, scopes: [] }]",
      "psk: hunter2: [",
    ];
    for (const text of wrong) {
      writeFileSync(file(), text, { mode: 0o600 });
      expect(() => loadUsers(file())).toThrow(ConfigError);
      expect(() => loadUsers(file())).not.toThrow(/hunter2/);
    }
  });
});
