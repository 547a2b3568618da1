import { beforeAll, describe, expect, it } from "@jest/globals";
import type { SiteSecurity } from "../config";
import { ForbiddenError, TooManyRequestsError, UnauthorizedError } from "../errors";
import { VirtualClock } from "../time";
import type { AccessRequest, Credentials } from "./access";
import { hashPassword } from "./password-hash";
import { secretHash, serviceAccount, serviceCredentials } from "./service-account";
import { createAccess } from "./site-access";
import { sampleSecurity } from "./testing/sample-security";
import { makeTokenKeys, mintToken, type TokenKeys, tokenVerifier } from "./tokens";
import type { UserList } from "./users";

const READ: AccessRequest = {
  thing: "urn:fogwot:plant:wifi-1",
  affordance: { kind: "properties", name: "temperature" },
  op: "readproperty",
};
const WRITE: AccessRequest = { ...READ, op: "writeproperty" };
const alice: Credentials = { kind: "basic", username: "alice", password: "pässword" };
const bobsKey: Credentials = { kind: "apikey", key: "bobs-key" };
const HERE = "192.0.2.1";

describe("createAccess", () => {
  let users: UserList;
  let keys: { secret: TokenKeys; open: TokenKeys };
  beforeAll(async () => {
    keys = await makeTokenKeys();
    users = {
      users: [
        {
          name: "alice",
          scopes: ["read"],
          passwordHash: await hashPassword("pässword", { iterations: 1_000 }),
        },
        {
          name: "bob",
          scopes: ["admin"],
          apiKeyHash: secretHash("bobs-key"),
          psk: "00".repeat(16),
        },
      ],
      revoked: { carol: 1_000 },
    };
  });

  function make(changes: Partial<SiteSecurity> = {}) {
    const clock = new VirtualClock(2_000_000);
    const server = serviceCredentials("root", "run", "server");
    const access = createAccess({
      security: sampleSecurity(changes),
      users,
      verifyToken: tokenVerifier("plant", keys.open, clock),
      services: [serviceAccount(server, "server")],
      clock,
    });
    const token = (name: string, scopes: string[], lifetimeMs = 60_000) =>
      mintToken({ site: "plant", name, scopes, lifetimeMs, key: keys.secret.keys[0] ?? {}, clock });
    return { access, clock, server, token };
  }

  it("knows a password it has checked before at once, without holding it", async () => {
    const { access } = make();
    const first = access.authenticate(alice, HERE);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toEqual({ name: "alice", scopes: ["read"] });
    expect(access.authenticate(alice, HERE)).toEqual({ name: "alice", scopes: ["read"] });
  });

  it("refuses a wrong password, an unknown user, key, identity and token in the same way", async () => {
    const { access } = make();
    const wrong: Credentials[] = [
      { kind: "basic", username: "alice", password: "passwort" },
      { kind: "basic", username: "nobody", password: "pässword" },
      { kind: "basic", username: "bob", password: "bobs-key" },
      { kind: "apikey", key: "bobs-kez" },
      { kind: "psk", identity: "alice" },
      { kind: "bearer", token: "bobs-key" },
      { kind: "bearer", token: "e30.e30.e30" },
    ];
    for (const credentials of wrong) {
      const attempt = (async () => access.authenticate(credentials, HERE))();
      await expect(attempt).rejects.toBeInstanceOf(UnauthorizedError);
    }
  });

  it("knows users by key, by PSK identity and by token", async () => {
    const { access, token, clock } = make();
    expect(access.authenticate(bobsKey, HERE)).toMatchObject({ name: "bob" });
    expect(access.authenticate({ kind: "psk", identity: "bob" }, HERE)).toMatchObject({
      name: "bob",
    });
    expect(access.pskOf("bob")).toEqual(Buffer.alloc(16));
    const dave = { kind: "bearer", token: await token("dave", ["read"]) } as const;
    const principal = { name: "dave", scopes: ["read"], expiresAtMs: 2_065_000 };
    expect(await access.authenticate(dave, HERE)).toEqual(principal);
    expect(access.authenticate(dave, HERE)).toEqual(principal);
    await clock.advance(65_000);
    expect(() => access.authenticate(dave, HERE)).toThrow(/expired/);
  });

  it("takes no token of a name that was taken back, made before that", async () => {
    const { access, token, clock } = make();
    const late = { kind: "bearer", token: await token("carol", ["read"]) } as const;
    expect(await access.authenticate(late, HERE)).toMatchObject({ name: "carol" });
    access.replaceUsers({ users: [], revoked: { carol: clock.now() / 1_000 } });
    await expect(access.authenticate(late, HERE)).rejects.toThrow(/taken back/);
  });

  it("decides by the first rule that fits, and refuses where none does", () => {
    const { access } = make({
      access: [
        { things: ["wifi-1"], affordances: ["humidity"], scopes: ["secret"] },
        { operations: ["readproperty", "readallproperties"], scopes: ["read"] },
        { operations: ["invokeaction"], scopes: [] },
      ],
    });
    const reader = { name: "alice", scopes: ["read"] };
    const humidity: AccessRequest = {
      ...READ,
      affordance: { kind: "properties", name: "humidity" },
    };
    expect(() => access.authorize(reader, READ)).not.toThrow();
    expect(() => access.authorize(reader, { ...READ, op: "readmultipleproperties" })).not.toThrow();
    expect(() => access.authorize(reader, { ...READ, op: "invokeaction" })).not.toThrow();
    expect(() => access.authorize(reader, humidity)).toThrow(/wanted scope secret/);
    expect(() => access.authorize(reader, WRITE)).toThrow(ForbiddenError);
    expect(() => access.authorize(undefined, READ)).toThrow(UnauthorizedError);
  });

  it("asks nobody about a Thing whose scheme is nosec", () => {
    const { access } = make({ things: { "wifi-1": "nosec_sc" } });
    expect(() => access.authorize(undefined, WRITE)).not.toThrow();
    expect(access.isSecured("urn:fogwot:plant:wifi-1")).toBe(false);
    expect(access.isSecured("urn:fogwot:plant:wifi-2")).toBe(true);
  });

  it("lets the site's own programs by, by password, key, token and PSK, and only by theirs", () => {
    const { access, server } = make({ access: [] });
    const { name, secret } = server;
    const shown: Credentials[] = [
      { kind: "basic", username: name, password: secret },
      { kind: "bearer", token: secret },
      { kind: "apikey", key: secret },
      { kind: "psk", identity: name },
    ];
    for (const credentials of shown) {
      const principal = access.authenticate(credentials, HERE);
      if (principal instanceof Promise) throw principal;
      expect(principal.name).toBe("fogwot.server");
      expect(() => access.authorize(principal, WRITE)).not.toThrow();
    }
    expect(access.pskOf(name)).toEqual(Buffer.from(server.psk, "hex"));
    expect(server.psk).not.toContain(secret);
    const other = serviceCredentials("root", "another run", "server");
    expect(() => access.authenticate({ kind: "apikey", key: other.secret }, HERE)).toThrow();
  });

  it("stops asking after too many failures from one address, also at the same time, until time has passed", async () => {
    const { access, clock } = make();
    const guesses = Array.from({ length: 15 }, (_, n) =>
      (async () =>
        access.authenticate({ kind: "basic", username: `u${n}`, password: "x" }, HERE))().catch(
        (error: unknown) => error,
      ),
    );
    const refusals = await Promise.all(guesses);
    expect(refusals.filter((one) => one instanceof UnauthorizedError)).toHaveLength(10);
    expect(refusals.filter((one) => one instanceof TooManyRequestsError)).toHaveLength(5);
    expect(() => access.authenticate({ kind: "apikey", key: "x" }, HERE)).toThrow(
      TooManyRequestsError,
    );
    // What is right without doubt is let in all the same, and so is another address.
    expect(access.authenticate(bobsKey, HERE)).toMatchObject({ name: "bob" });
    expect(await access.authenticate(alice, "192.0.2.2")).toMatchObject({ name: "alice" });
    await clock.advance(6_000);
    expect(() => access.authenticate({ kind: "apikey", key: "x" }, HERE)).toThrow(
      UnauthorizedError,
    );
  });

  it("limits guesses at one name from many addresses", async () => {
    const { access } = make();
    const kinds: string[] = [];
    for (let n = 0; n < 12; n++) {
      const guess = { kind: "basic", username: "alice", password: `${n}` } as const;
      const refusal = await (async () => access.authenticate(guess, `198.51.100.${n}`))().catch(
        (error: Error) => error,
      );
      kinds.push((refusal as Error).name);
    }
    expect(kinds.slice(9)).toEqual([
      "UnauthorizedError",
      "TooManyRequestsError",
      "TooManyRequestsError",
    ]);
  });

  it("counts no right password as a failure", async () => {
    const { access } = make();
    for (let n = 0; n < 30; n++) {
      access.replaceUsers(users);
      expect(await access.authenticate(alice, HERE)).toMatchObject({ name: "alice" });
    }
  });

  it("grants a rate to each user, and to each address without credentials, and not to itself", async () => {
    const { access, clock, server } = make({
      limits: { requestsPerSecond: 10, burst: 2, failedLoginsPerMinute: 10 },
    });
    const bob = { name: "bob", scopes: [] };
    for (const principal of [bob, undefined]) {
      access.admit(principal, HERE);
      access.admit(principal, HERE);
      expect(() => access.admit(principal, HERE)).toThrow(TooManyRequestsError);
    }
    access.admit(undefined, "192.0.2.9");
    access.admit({ name: "alice", scopes: [] }, HERE);
    await clock.advance(100);
    access.admit(bob, HERE);
    for (let n = 0; n < 50; n++) {
      access.admit({ name: server.name, scopes: ["fogwot:server"] }, HERE);
    }
  });

  it("ends what goes on when a token expires, and when its user is removed", async () => {
    const { access, clock, token } = make();
    const ended: string[] = [];
    const dave = { kind: "bearer", token: await token("dave", ["read"]) } as const;
    access.watch(await access.authenticate(dave, HERE), () => ended.push("dave"));
    access.watch(await access.authenticate(alice, HERE), () => ended.push("alice"));
    access.watch(await access.authenticate(bobsKey, HERE), () => ended.push("bob"));
    const stop = access.watch(await access.authenticate(bobsKey, HERE), () => ended.push("never"));
    stop();
    await clock.advance(65_000);
    expect(ended).toEqual(["dave"]);
    access.replaceUsers({ ...users, users: users.users.slice(0, 1) });
    expect(ended).toEqual(["dave", "bob"]);
    expect(() => access.authenticate(bobsKey, HERE)).toThrow(UnauthorizedError);
  });
});
