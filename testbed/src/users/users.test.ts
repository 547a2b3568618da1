import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { loadUsers, NotFoundError, type OpenedAccess, openAccess, systemClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { UsageError } from "../errors";
import { makeKeys } from "../keys/make-keys";
import { readPassword } from "./read-password";
import { UserStore } from "./user-store";
import {
  addUser,
  makeApiKey,
  makePsk,
  makeToken,
  removeUser,
  setPassword,
  setScopes,
  summaryOf,
} from "./users";

const SITE = `
site: plant
nodes: [{ name: node-1, networks: [{ name: wifi, wsn: wifi, driver: wifi, devices: [] }] }]
security: {}
`;

describe("users", () => {
  let folder: string;
  let store: UserStore;
  let opened: OpenedAccess | undefined;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-users-"));
    fs.writeFileSync(path.join(folder, "site.yaml"), SITE);
    store = new UserStore(path.join(folder, "site.yaml"));
  });
  afterEach(() => {
    opened?.close();
    opened = undefined;
    fs.rmSync(folder, { recursive: true });
  });

  const file = () => path.join(folder, "secrets", "users.yaml");
  function access() {
    opened?.close();
    opened = openAccess({ site: store.site });
    return opened.access;
  }

  it("prove who they are by what was made for them, of which the file holds no clear text but PSKs", async () => {
    await addUser(store, { name: "ada", scopes: ["read"], password: "open sesame" });
    const key = await makeApiKey(store, "ada");
    const psk = await makePsk(store, "ada");
    const who = access();
    const ada = { name: "ada", scopes: ["read"] };
    const basic = { kind: "basic", username: "ada", password: "open sesame" } as const;
    expect(await who.authenticate(basic, "x")).toEqual(ada);
    expect(await who.authenticate({ kind: "apikey", key }, "x")).toEqual(ada);
    expect(who.pskOf("ada")?.toString()).toBe(psk);
    const text = fs.readFileSync(file(), "utf8");
    expect(text).not.toMatch(/open sesame/);
    expect(text).not.toContain(key);
    expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
    expect(store.list().users.map(summaryOf)).toEqual([
      { name: "ada", scopes: ["read"], has: ["password", "API key", "PSK"] },
    ]);
  });

  it("change, each at its time, also when two commands run at once", async () => {
    const names = ["a", "b", "c", "d", "e"];
    await Promise.all(names.map((name) => addUser(store, { name, scopes: ["read"] })));
    await Promise.all([setScopes(store, "a", ["x"]), setPassword(store, "b", "12345678")]);
    expect(
      loadUsers(file())
        .users.map(({ name }) => name)
        .sort(),
    ).toEqual(names);
    await expect(addUser(store, { name: "a", scopes: [] })).rejects.toBeInstanceOf(UsageError);
    await expect(setPassword(store, "z", "12345678")).rejects.toBeInstanceOf(NotFoundError);
    for (const name of ["fogwot.server", "a:b", "", "x y", "-x"]) {
      await expect(addUser(store, { name, scopes: [] })).rejects.toBeInstanceOf(UsageError);
    }
  });

  it("get tokens with no more scopes than they have, which end with the user", async () => {
    await makeKeys({ siteFile: path.join(folder, "site.yaml"), rotate: [], clock: systemClock });
    await addUser(store, { name: "ada", scopes: ["read", "operate"] });
    const ask = (name: string, scopes?: string[]) =>
      makeToken(store, { name, lifetimeMs: 60_000, ...(scopes ? { scopes } : {}) }, systemClock);
    await expect(ask("ada", ["admin"])).rejects.toThrow(/no scope admin/);
    await expect(ask("guest")).rejects.toThrow(/--scopes/);
    const shown = { kind: "bearer", token: await ask("ada", ["read"]) } as const;
    expect(await access().authenticate(shown, "x")).toMatchObject({
      name: "ada",
      scopes: ["read"],
    });
    const guest = { kind: "bearer", token: await ask("guest", ["read"]) } as const;
    expect(await access().authenticate(guest, "x")).toMatchObject({ name: "guest" });
    await removeUser(store, "ada", systemClock);
    const refused = (async () => access().authenticate(shown, "x"))();
    await expect(refused).rejects.toThrow(/taken back/);
  });
});

describe("readPassword", () => {
  it("takes the first line of stdin that is no terminal, and none that is too short", async () => {
    const read = (text: string) => {
      const stdin = new PassThrough();
      stdin.end(text);
      return readPassword("ada", { stdin: stdin as never, stderr: { write: () => true } });
    };
    expect(await read("pass wörd ok\r\nmore\n")).toBe("pass wörd ok");
    await expect(read("short\n")).rejects.toBeInstanceOf(UsageError);
    await expect(read("")).rejects.toBeInstanceOf(UsageError);
  });

  it("asks twice on a terminal, which shows nothing of it", async () => {
    const shown: string[] = [];
    const ask = async (...lines: string[]) => {
      const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
      const typed = readPassword("ada", {
        stdin: stdin as never,
        stderr: { write: (text) => shown.push(String(text)) > 0 },
      });
      for (const line of lines) {
        await new Promise(setImmediate);
        stdin.write(line);
      }
      return typed;
    };
    expect(await ask("geheimm\u007fnis\r", "geheimnis\r")).toBe("geheimnis");
    await expect(ask("geheimnis\r", "geheimnix\r")).rejects.toThrow(/different/);
    await expect(ask("gehei\u0003")).rejects.toThrow(/no password/);
    expect(shown.join("")).not.toContain("geheim");
  });
});
