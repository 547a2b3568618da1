import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { silentLogger } from "@fogwot/core";
import { afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { FastifyInstance } from "fastify";
import { bearerAuthorization } from "../server/http/bearer";
import { createHttpApp } from "../server/http/http-app";
import { addOtherMethods } from "../server/http/other-methods";
import { call } from "../server/test/http-client";
import { Directory } from "./directory";
import { addDirectoryRoutes } from "./routes";
import { needsTitle, sampleTd } from "./test/sample-td";

const token = "a-token-of-the-site";
const id = "urn:fogwot:factory:wifi-1";
let app: FastifyInstance;
let directory: Directory;

function build(): void {
  directory = new Directory({ validate: needsTitle });
  app = createHttpApp({ log: silentLogger, maxBodyBytes: 20_000 });
  addDirectoryRoutes(app, { directory, authorize: bearerAuthorization(token) });
  addOtherMethods(app);
}

beforeEach(build);
afterEach(() => app.close());

function put(thingId: string, payload: unknown, headers: Record<string, string> = {}) {
  return call(app, {
    method: "PUT",
    url: `/things/${encodeURIComponent(thingId)}`,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/td+json",
      ...headers,
    },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });
}

it("creates with 201 and Location, replaces with 204, serves, lists and deletes", async () => {
  const created = await put(id, sampleTd(id));
  expect([created.status, created.headers.get("location")]).toEqual([
    201,
    "/things/urn%3Afogwot%3Afactory%3Awifi-1",
  ]);
  const withCharset = { "content-type": "application/td+json; charset=utf-8" };
  expect((await put(id, sampleTd(id, { title: "new" }), withCharset)).status).toBe(204);
  await put("urn:a", sampleTd("urn:a"));

  const one = await call(app, created.headers.get("location") as string);
  expect([one.status, one.headers.get("content-type")]).toEqual([
    200,
    "application/td+json; charset=utf-8",
  ]);
  expect(one.json()).toMatchObject({ id, title: "new", registration: {} });
  expect((await call(app, `/things/${id}`)).json()).toEqual(one.json());

  const all = await call(app, "/things");
  expect(all.headers.get("content-type")).toBe("application/ld+json; charset=utf-8");
  expect(all.json<{ id: string }[]>().map((td) => td.id)).toEqual(["urn:a", id]);

  const url = `/things/${id}`;
  const headers = { authorization: `Bearer ${token}` };
  expect((await call(app, { method: "DELETE", url, headers })).status).toBe(204);
  expect((await call(app, { method: "DELETE", url, headers })).status).toBe(404);
  expect((await call(app, url)).status).toBe(404);
});

it("answers HEAD as GET, without the body", async () => {
  await put(id, sampleTd(id));
  for (const url of ["/things", `/things/${id}`]) {
    const get = await call(app, url);
    const head = await call(app, { method: "HEAD", url });
    expect([head.status, head.body]).toEqual([200, ""]);
    for (const name of ["content-type", "content-length"]) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  }
});

it("takes an id with slashes, spaces and letters of any script", async () => {
  const odd = "urn:x:a/b c?d#é😀";
  expect((await put(odd, sampleTd(odd))).status).toBe(201);
  expect((await call(app, `/things/${encodeURIComponent(odd)}`)).json()).toMatchObject({
    id: odd,
  });
});

it("answers 401 with WWW-Authenticate to changes without the token, before the body is read", async () => {
  const url = `/things/${id}`;
  for (const authorization of ["", "Bearer wrong", `Basic ${token}`, `Bearer ${token}x`]) {
    for (const method of ["PUT", "DELETE"] as const) {
      const headers = {
        "content-type": "application/json",
        ...(authorization ? { authorization } : {}),
      };
      const payload = method === "PUT" ? "{" : "";
      const answer = await call(app, { method, url, headers, ...(payload ? { payload } : {}) });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="fogwot"/);
      expect(answer.json()).toMatchObject({ code: "UNAUTHORIZED", status: 401 });
    }
  }
  expect(directory.size).toBe(0);
});

it("answers validationErrors, field by field, to a Thing Description that is not valid", async () => {
  const answer = await put(id, { id: "urn:other" });
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(answer.json()).toMatchObject({
    status: 400,
    code: "THING_DESCRIPTION_REJECTED",
    validationErrors: [
      { field: "/id", description: `must be the id of the URL, ${id}` },
      { field: "/title", description: "got nothing, wanted a string" },
    ],
  });
});

it.each([
  ["half a document", '{"id":', {}, 400, "INPUT"],
  ["nothing", "", {}, 400, "THING_DESCRIPTION_REJECTED"],
  ["a poisoned prototype", '{"a":{"__proto__":{"x":1}}}', {}, 400, "INPUT"],
  ["nesting beyond all measure", `${"[".repeat(9000)}${"]".repeat(9000)}`, {}, 400, "INPUT"],
  ["text", "x", { "content-type": "text/plain" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["too much", `"${"x".repeat(30_000)}"`, {}, 413, "PAYLOAD_TOO_LARGE"],
  ["a number", "42", {}, 400, "THING_DESCRIPTION_REJECTED"],
])("answers problem details to a body of %s", async (_what, payload, headers, status, code) => {
  const answer = await put(id, payload, headers);
  expect([answer.status, answer.json<{ code: string }>().code]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(directory.size).toBe(0);
});

it("answers 405 with Allow to other methods, 404 to other paths, 400 to broken escapes", async () => {
  const post = await call(app, { method: "POST", url: "/things", payload: {} });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const patch = await call(app, { method: "PATCH", url: `/things/${id}`, payload: {} });
  expect([patch.status, patch.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT, DELETE"]);
  const nowhere = await call(app, "/nowhere?x=1");
  expect([nowhere.status, nowhere.json<{ detail: string }>().detail]).toEqual([
    404,
    "/nowhere does not exist",
  ]);
  const broken = await call(app, "/things/%zz");
  expect([broken.status, broken.headers.get("content-type")]).toEqual([
    400,
    "application/problem+json; charset=utf-8",
  ]);
});

const run = promisify(execFile);
const status = ["-s", "-o", "-", "-w", "\n%{http_code} %{content_type}"];

beforeAll(() => run("curl", ["--version"]));

it("serves curl, and an unparsable request gets 400 problem details", async () => {
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  const curl = async (...args: string[]) => {
    const { stdout } = await run("curl", [...status, "--max-time", "20", ...args]);
    const lines = stdout.split("\n");
    return { body: lines.slice(0, -1).join("\n"), status: lines.at(-1) };
  };
  const body = JSON.stringify(sampleTd(id));
  const auth = ["-H", `Authorization: Bearer ${token}`, "-H", "Content-Type: application/td+json"];
  const created = await curl("-X", "PUT", ...auth, "-d", body, `${address}/things/${id}`);
  expect(created.status).toMatch(/^201/);
  const got = await curl(`${address}/things/${id}`);
  expect(JSON.parse(got.body)).toMatchObject({ id });
  expect(got.status).toBe("200 application/td+json; charset=utf-8");
  const malformed = await curl("-H", "Content-Length: x", `${address}/things`);
  expect(malformed.status).toBe("400 application/problem+json; charset=utf-8");
  expect(JSON.parse(malformed.body)).toMatchObject({ code: "MALFORMED_REQUEST" });
  const deleted = await curl("-X", "DELETE", ...auth, `${address}/things/${id}`);
  expect(deleted.status).toMatch(/^204/);
});
