import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  hashPassword,
  saveUsers,
  secretFiles,
  serviceAccount,
  serviceCredentials,
} from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { EventStream } from "../directory/test/event-stream";
import { sampleTd } from "../directory/test/sample-td";
import { sampleSite } from "./test/sample-site";
import { ServerHarness, type ServerUnderTest } from "./test/server-harness";

const PASSWORD = "s3cret-password";
const READ = ["readproperty", "readdescription", "subscribeallevents"] as const;

describe("the processing server of a site with security", () => {
  let folder: string;
  let harness: ServerHarness;
  let running: ServerUnderTest;
  let url: string;
  const node = serviceCredentials("root", "", "node-1");

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-secured-"));
    const secrets = path.join(folder, "secrets");
    const passwordHash = await hashPassword(PASSWORD, { iterations: 100 });
    const users = [
      { name: "reader", scopes: ["read"], passwordHash },
      { name: "half", scopes: ["half"], passwordHash },
      { name: "admin", scopes: ["admin"], passwordHash },
      { name: "mara", scopes: ["register"], passwordHash },
      { name: "otto", scopes: ["register"], passwordHash },
    ];
    saveUsers(secretFiles(secrets).users, { users, revoked: {} });
    harness = new ServerHarness(folder);
    const security = {
      folder: secrets,
      tls: false,
      schemes: { basic_sc: { scheme: "basic" }, bearer_sc: { scheme: "bearer" }, any_sc: ANY },
      default: "any_sc",
      things: {},
      access: [
        { things: ["hidden"], scopes: ["read", "admin"] },
        { operations: READ, scopes: ["read", "half", "admin"] },
        { things: ["directory"], operations: ["invokeaction"], scopes: ["register", "admin"] },
        { scopes: ["admin"] },
      ],
      limits: { requestsPerSecond: 1_000, burst: 1_000, failedLoginsPerMinute: 1_000 },
    } as const;
    const services = { own: node, accounts: [serviceAccount(node, "node")] };
    running = await harness.start({ site: { ...sampleSite(), security }, services });
    url = running.server.report.url;
    for (const name of ["seen", "hidden"]) {
      expect((await put(name, bearer(node.secret))).status).toBe(201);
    }
  });
  afterAll(async () => {
    await harness.dispose();
  });

  const basic = (name: string, password = PASSWORD) => ({
    authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
  });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const idOf = (name: string) => `urn:fogwot:factory:${name}`;
  const ask = (at: string, headers: Record<string, string>, init: RequestInit = {}) =>
    fetch(`${url}${at}`, { ...init, headers: { ...headers, ...(init.headers as object) } });
  const put = (name: string, headers: Record<string, string>) =>
    ask(`/things/${idOf(name)}`, headers, {
      method: "PUT",
      headers: { "content-type": "application/td+json" },
      body: JSON.stringify(sampleTd(idOf(name), { title: name })),
    });

  it("lets nobody do anything without credentials, or with wrong ones", async () => {
    const paths = ["/things", `/things/${idOf("seen")}`, "/events", "/.well-known/wot"];
    const searches = ["/search/jsonpath?query=$", "/search/semantic"];
    const api = ["status", "policies", "policy", "outcomes", "readings", "events", "runs"];
    const reads = [...paths, ...searches, ...api.map((name) => `/api/${name}`)];
    const changes: [string, string][] = [
      ["PUT", `/things/${idOf("seen")}`],
      ["PATCH", `/things/${idOf("seen")}`],
      ["DELETE", `/things/${idOf("seen")}`],
      ["POST", "/things"],
      ["PUT", "/api/policy"],
      ["POST", "/api/sensing/start"],
      ["POST", "/api/sensing/stop"],
    ];
    const all = [
      ...reads.flatMap((at) => [["GET", at] as const, ["HEAD", at] as const]),
      ...changes,
    ];
    for (const headers of [{}, basic("admin", "wrong"), bearer("a.b.c")]) {
      for (const [method, at] of all) {
        const response = await ask(at, headers, { method });
        await response.text();
        const isThere = method !== "HEAD" || response.status !== 405;
        if (isThere) expect([method, at, response.status]).toEqual([method, at, 401]);
        if (isThere) expect(response.headers.get("www-authenticate")).toMatch(/Basic .*Bearer /);
      }
    }
  });

  it("lists, finds and tells only of Things whose descriptions the asker may read", async () => {
    const idsOf = async (at: string, name: string) =>
      ((await (await ask(at, basic(name))).json()) as { id: string }[]).map(({ id }) => id);
    for (const at of ["/things", "/search/semantic"]) {
      expect(await idsOf(at, "reader")).toEqual([idOf("hidden"), idOf("seen")]);
      expect(await idsOf(at, "half")).toEqual([idOf("seen")]);
    }
    expect((await ask(`/things/${idOf("hidden")}`, basic("half"))).status).toBe(403);
    expect((await ask("/search/jsonpath?query=$[*].title", basic("half"))).status).toBe(403);
    const titles = await ask("/search/jsonpath?query=$[*].title", basic("reader"));
    expect(await titles.json()).toEqual(["hidden", "seen"]);
    const events = await EventStream.open(`${url}/events`, basic("half"));
    await put("hidden", bearer(node.secret));
    await put("other", bearer(node.secret));
    await events.until(() => events.events.length > 0);
    expect(events.summary).toEqual([`thing_created ${idOf("other")}`]);
    events.close();
  });

  it("lets fog nodes register, and users only as the rules say", async () => {
    expect((await put("mine", basic("reader"))).status).toBe(403);
    expect((await put("mine", basic("admin"))).status).toBe(201);
    const node1 = await ask("/api/policy", bearer(node.secret), {
      ...{ method: "PUT", headers: { "content-type": "application/json" }, body: '{"m":1}' },
    });
    expect(node1.status).toBe(403);
    expect((await ask("/api/sensing/stop", basic("reader"), { method: "POST" })).status).toBe(403);
    expect((await ask("/api/sensing/stop", basic("admin"), { method: "POST" })).status).toBe(200);
    expect((await ask("/api/outcomes", basic("reader"))).status).toBe(200);
  });

  it("keeps a registration for who made it, and for administrators", async () => {
    const change = (method: string, name: string, headers: Record<string, string>) =>
      ask(`/things/${idOf(name)}`, headers, {
        method,
        ...(method === "PATCH"
          ? { headers: { "content-type": "application/merge-patch+json" }, body: "{}" }
          : {}),
      });
    expect((await put("own", basic("mara"))).status).toBe(201);
    expect((await put("own", basic("mara"))).status).toBe(204);
    for (const other of [basic("otto"), bearer(node.secret)]) {
      expect((await put("own", other)).status).toBe(403);
      expect((await change("PATCH", "own", other)).status).toBe(403);
      expect((await change("DELETE", "own", other)).status).toBe(403);
    }
    expect((await put("seen", basic("mara"))).status).toBe(403);
    expect((await put("own", basic("admin"))).status).toBe(204);
    expect((await change("PATCH", "own", basic("mara"))).status).toBe(204);
    const seen = await (await ask("/things", basic("admin"))).text();
    expect(seen).not.toContain("mara");
    expect((await change("DELETE", "own", basic("mara"))).status).toBe(204);
    expect((await put("own", basic("otto"))).status).toBe(201);
    expect((await change("DELETE", "own", basic("admin"))).status).toBe(204);
  });

  it("says in its own description what it asks for", async () => {
    const td = (await (await ask("/.well-known/wot", basic("reader"))).json()) as Record<
      string,
      unknown
    >;
    expect(td).toMatchObject({ security: ["any_sc"], securityDefinitions: { any_sc: ANY } });
    expect(JSON.stringify(td)).not.toContain("nosec");
    expect([...JSON.stringify(td).matchAll(/"security":/g)]).toHaveLength(1);
  });
});

const ANY = { scheme: "combo", oneOf: ["basic_sc", "bearer_sc"] } as const;
