import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { callUrl } from "../../server/test/http-client";
import { DirectoryApp, pathOf, token } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

const id = "urn:fogwot:factory:wifi-1";
let app: DirectoryApp;

beforeEach(async () => {
  app = await DirectoryApp.start({ directory: { maxThingBytes: 20_000 } });
});
afterEach(() => app.stop());

it("creates with 201 and Location, replaces with 204, serves, lists and deletes", async () => {
  const created = await app.put(id);
  const location = "/things/urn:fogwot:factory:wifi-1";
  expect([created.status, created.headers.get("location")]).toEqual([201, location]);
  const withCharset = {
    body: sampleTd(id, { title: "new" }),
    type: "application/td+json; charset=utf-8",
  };
  expect((await app.send("PUT", `/things/${id}`, withCharset)).status).toBe(204);
  await app.put("urn:a");

  const one = await app.get(location);
  expect([one.status, one.headers.get("content-type")]).toEqual([200, "application/td+json"]);
  expect(one.json()).toMatchObject({ id, title: "new", registration: {} });

  const all = await app.get("/things");
  expect(all.headers.get("content-type")).toBe("application/ld+json");
  expect(all.json<{ id: string }[]>().map((td) => td.id)).toEqual(["urn:a", id]);

  expect((await app.send("DELETE", pathOf(id))).status).toBe(204);
  expect((await app.send("DELETE", pathOf(id))).status).toBe(404);
  expect((await app.get(pathOf(id))).status).toBe(404);
});

it("answers HEAD as GET, without the body", async () => {
  await app.put(id);
  for (const url of ["/things", "/things?limit=1", pathOf(id), "/.well-known/wot"]) {
    const headers = { "accept-encoding": "identity" };
    const get = await app.get(url, headers);
    const head = await callUrl(app.base, { method: "HEAD", url, headers });
    expect([head.status, head.body]).toEqual([200, ""]);
    for (const name of ["content-type", "content-length", "link", "etag", "vary"]) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
    expect(Number(get.headers.get("content-length"))).toBe(Buffer.byteLength(get.body));
  }
});

it("takes an id with slashes, spaces and letters of any script", async () => {
  const odd = "urn:x:a/b c?d#é😀";
  expect((await app.put(odd)).status).toBe(201);
  expect((await app.get(pathOf(odd))).json()).toMatchObject({ id: odd });
  const listed = await app.get("/things", { "accept-encoding": "identity" });
  expect(Number(listed.headers.get("content-length"))).toBe(Buffer.byteLength(listed.body));
});

it("registers a Thing without id under a UUID, which a later PUT need not repeat", async () => {
  const { id: _, ...anonymous } = sampleTd(id);
  const created = await app.send("POST", "/things", { body: anonymous });
  const location = created.headers.get("location") as string;
  expect(location).toMatch(/^\/things\/urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
  const replaced = await app.send("PUT", location, { body: { ...anonymous, title: "new" } });
  expect(replaced.status).toBe(204);
  const uuid = location.slice("/things/".length);
  expect((await app.get(location)).json()).toMatchObject({ id: uuid, title: "new" });
  await app.put(id);
  const nameless = await app.send("PUT", pathOf(id), { body: anonymous });
  expect([nameless.status, app.directory.size]).toEqual([400, 2]);
});

it("answers 401 with WWW-Authenticate to changes without the token, before the body is read", async () => {
  const changes = [
    ["PUT", pathOf(id)],
    ["PATCH", pathOf(id)],
    ["DELETE", pathOf(id)],
    ["POST", "/things"],
  ] as const;
  for (const authorization of ["", "Bearer wrong", `Basic ${token}`, `Bearer ${token}x`]) {
    for (const [method, url] of changes) {
      const headers = {
        "content-type": "application/json",
        ...(authorization ? { authorization } : {}),
      };
      const payload = method === "DELETE" ? {} : { payload: "{" };
      const answer = await callUrl(app.base, { method, url, headers, ...payload });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="fogwot"/);
      expect(answer.json()).toMatchObject({ code: "UNAUTHORIZED", status: 401 });
    }
  }
  expect(app.directory.size).toBe(0);
});

it("answers validationErrors, field by field, to a Thing Description that is not valid", async () => {
  const answer = await app.put(id, { id: "urn:other", registration: { ttl: "x", expires: "y" } });
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(answer.json()).toMatchObject({
    status: 400,
    code: "THING_DESCRIPTION_REJECTED",
    validationErrors: [
      { field: "/id", description: `must be the id of the URL, ${id}` },
      { field: "/registration/expires" },
      { field: "/registration/ttl" },
      { field: "/title", description: "got nothing, wanted a string" },
    ],
  });
});

it.each([
  ["half a document", '{"id":', "application/td+json", 400, "INPUT"],
  ["nothing", "", "application/td+json", 400, "THING_DESCRIPTION_REJECTED"],
  ["a poisoned prototype", '{"a":{"__proto__":{"x":1}}}', "application/json", 400, "INPUT"],
  [
    "nesting beyond measure",
    `${"[".repeat(9000)}${"]".repeat(9000)}`,
    "application/json",
    400,
    "INPUT",
  ],
  ["text", "x", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"],
  [
    "a form, as curl -d sends it",
    "x=1",
    "application/x-www-form-urlencoded",
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  ["a merge patch", "{}", "application/merge-patch+json", 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["too much", `"${"x".repeat(30_000)}"`, "application/json", 413, "PAYLOAD_TOO_LARGE"],
  ["a number", "42", "application/json", 400, "THING_DESCRIPTION_REJECTED"],
])("answers problem details to a body of %s", async (_what, body, type, status, code) => {
  for (const [method, url] of [
    ["PUT", pathOf(id)],
    ["POST", "/things"],
  ] as const) {
    const answer = await app.send(method, url, { body, type });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([status, code]);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  }
  expect(app.directory.size).toBe(0);
});

it("answers 405 with Allow to other methods, 404 to other paths, 400 to broken escapes", async () => {
  const patch = await app.send("PATCH", "/things", { body: {} });
  expect([patch.status, patch.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
  const post = await app.send("POST", pathOf(id), { body: {} });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT, PATCH, DELETE"]);
  for (const url of ["/nowhere?x=1", "/search/sparql?query=ASK%7B%7D", "/search/xpath?query=a"]) {
    const nowhere = await app.get(url);
    expect([nowhere.status, nowhere.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json; charset=utf-8",
    ]);
  }
  expect((await app.get("/things/%zz")).status).toBe(400);
});

describe("a merge patch", () => {
  it("changes, adds and removes members, at any depth, and 204 says so", async () => {
    await app.put(id, { ...sampleTd(id), description: "old", support: "mailto:a@b.c" });
    const actions = { getData: { title: "Get", forms: [{ href: "http://127.0.0.1:2/" }] } };
    const answer = await app.patch(id, {
      title: "new",
      description: null,
      actions,
      base: "http://x/",
    });
    expect([answer.status, answer.body]).toEqual([204, ""]);
    const td = (await app.get(pathOf(id))).json();
    expect(td).toMatchObject({ title: "new", base: "http://x/", support: "mailto:a@b.c", actions });
    expect(td).not.toHaveProperty("description");
  });

  it("that leaves no valid Thing Description, or another id, changes nothing", async () => {
    await app.put(id);
    const before = (await app.get("/things", { "if-none-match": "x" })).headers.get("etag");
    for (const [patch, field] of [
      [{ title: null }, "/title"],
      [{ id: "urn:other" }, "/id"],
      [{ id: null }, "/id"],
      [{ registration: { ttl: -1 } }, "/registration/ttl"],
      [["title"], "(root)"],
    ] as const) {
      const answer = await app.patch(id, patch);
      expect([answer.status, answer.json()]).toMatchObject([
        400,
        { validationErrors: [{ field }] },
      ]);
    }
    expect((await app.get("/things")).headers.get("etag")).toBe(before);
  });

  it("needs its own media type, which Accept-Patch names, and a Thing that is there", async () => {
    await app.put(id);
    const asJson = await app.patch(id, { title: "x" }, "application/json");
    expect([asJson.status, asJson.headers.get("accept-patch")]).toEqual([
      415,
      "application/merge-patch+json",
    ]);
    expect((await app.patch("urn:none", {})).status).toBe(404);
  });
});

describe("conditional requests", () => {
  it("save the body of what the client has already, until it changes", async () => {
    await app.put(id);
    for (const url of [pathOf(id), "/things"]) {
      const etag = (await app.get(url)).headers.get("etag") as string;
      const same = await app.get(url, { "if-none-match": `"other", ${etag}` });
      expect([same.status, same.body, same.headers.get("etag")]).toEqual([304, "", etag]);
      await app.patch(id, { title: `for ${url}` });
      expect((await app.get(url, { "if-none-match": etag })).status).toBe(200);
    }
  });

  it("create and never replace, or replace and never create", async () => {
    const put = (headers: Record<string, string>) =>
      app.send("PUT", pathOf(id), { body: sampleTd(id), headers });
    expect((await put({ "if-match": "*" })).status).toBe(412);
    expect((await put({ "if-none-match": "*" })).status).toBe(201);
    expect((await put({ "if-none-match": "*" })).status).toBe(412);
    expect((await put({ "if-match": "*" })).status).toBe(204);
    expect((await put({ "if-match": '"x"' })).json()).toMatchObject({
      code: "PRECONDITION_FAILED",
    });
  });
});

describe("content negotiation", () => {
  it.each([
    ["/things", "application/json", "application/json"],
    ["/things", "text/html, */*;q=0.1", "application/ld+json"],
    ["/things", "application/td+json", "application/ld+json"],
    [pathOf(id), "application/ld+json", "application/ld+json"],
    [pathOf(id), "application/json;q=0.9, application/td+json;q=0.1", "application/json"],
    ["/.well-known/wot", "application/json", "application/json"],
  ])("gives %s to one who accepts %s as %s", async (url, accept, type) => {
    await app.put(id);
    const answer = await app.get(url, { accept });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
  });

  it("answers 406 where nothing acceptable is offered", async () => {
    await app.put(id);
    for (const url of ["/things", pathOf(id), "/.well-known/wot", "/search/jsonpath?query=$"]) {
      expect((await app.get(url, { accept: "text/turtle" })).status).toBe(406);
    }
  });

  it("compresses where the client takes that", async () => {
    await app.put(id, { ...sampleTd(id), description: "x".repeat(5000) });
    const plain = await app.get("/things", { "accept-encoding": "gzip;q=0, identity" });
    const gzip = await app.get("/things", { "accept-encoding": "br, gzip" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(gzip.headers.get("content-encoding")).toBe("gzip");
    const [one, other] = [plain, gzip].map((answer) => answer.json<{ id: string }[]>()[0]?.id);
    expect(one).toBe(other);
  });
});

const run = promisify(execFile);

beforeAll(() => run("curl", ["--version"]));

it("serves curl, and an unparsable request gets 400 problem details", async () => {
  const curl = async (...args: string[]) => {
    const status = ["-s", "-o", "-", "-w", "\n%{http_code} %{content_type}"];
    const { stdout } = await run("curl", [...status, "--max-time", "20", ...args]);
    const lines = stdout.split("\n");
    return { body: lines.slice(0, -1).join("\n"), status: lines.at(-1) };
  };
  const body = JSON.stringify(sampleTd(id));
  const auth = ["-H", `Authorization: Bearer ${token}`, "-H", "Content-Type: application/td+json"];
  const created = await curl("-X", "PUT", ...auth, "-d", body, `${app.base}/things/${id}`);
  expect(created.status).toMatch(/^201/);
  const untyped = ["-H", `Authorization: Bearer ${token}`, "-H", "Content-Type:"];
  const replaced = await curl("-X", "PUT", ...untyped, "-d", body, `${app.base}/things/${id}`);
  expect(replaced.status).toMatch(/^204/);
  const got = await curl("--compressed", `${app.base}/things/${id}`);
  expect(JSON.parse(got.body)).toMatchObject({ id });
  expect(got.status).toBe("200 application/td+json");
  const malformed = await curl("-H", "Content-Length: x", `${app.base}/things`);
  expect(malformed.status).toBe("400 application/problem+json; charset=utf-8");
  expect(JSON.parse(malformed.body)).toMatchObject({ code: "MALFORMED_REQUEST" });
});
