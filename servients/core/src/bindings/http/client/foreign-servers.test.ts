import { brotliCompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Form, ProtocolClient } from "@node-wot/core";
import {
  FogwotError,
  InputError,
  InteractionError,
  OperationNotAllowedError,
  PayloadTooLargeError,
} from "../../../errors";
import { rejection } from "../../compliance";
import { decode, fromContent, toContent } from "../../payload";
import { answering, type ForeignServer, type Route, routedServer } from "../testing/foreign-server";
import { HttpBindingClientFactory, type HttpClientOptions } from "./client-factory";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function client(options: HttpClientOptions = {}): ProtocolClient {
  const factory = new HttpBindingClientFactory({ timeoutMs: 2000, ...options });
  cleanups.push(() => factory.destroy());
  return factory.getClient();
}

async function serve(routes: Record<string, Route>): Promise<ForeignServer> {
  const server = await routedServer(routes).start();
  cleanups.push(() => server.stop());
  return server;
}

const json = { "Content-Type": "application/json" };
async function read(server: ForeignServer, path: string, more: Partial<Form> = {}) {
  const content = await client().readResource({ href: server.url + path, ...more });
  return decode(await fromContent(content), {});
}

async function refused(work: Promise<unknown>): Promise<InteractionError> {
  const error = await rejection(work);
  expect(error).toBeInstanceOf(InteractionError);
  return error as InteractionError;
}

const value = (text: string, type = "application/json") =>
  toContent({ type, body: Buffer.from(text) });

describe("our HTTP client at servers of others", () => {
  it("reads chunks, a charset, no type at all, and an HTTP/1.0 answer that ends with its connection", async () => {
    const server = await serve({
      "/chunked": (response) => {
        response.writeHead(200, json).write('{"a":');
        response.write("1");
        response.end("}");
      },
      "/charset": answering(200, { "Content-Type": 'Application/JSON; Charset="UTF-8"' }, '"ü"'),
      "/untyped": answering(200, {}, "21.5"),
      "/typeless": answering(200, { "Content-Type": "" }, "22"),
      "/old": (response) => {
        response.socket?.end("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n23");
      },
      "/td": answering(200, { "Content-Type": "application/td+json" }, '{"title":"x"}'),
    });
    const got = [];
    for (const path of ["chunked", "charset", "untyped", "typeless", "old", "td"]) {
      got.push(await read(server, `/${path}`));
    }
    expect(got).toEqual([{ a: 1 }, "ü", 21.5, 22, 23, { title: "x" }]);
  });

  it("takes 200, 201, 202 and 204 with and without a body for done", async () => {
    const server = await serve({
      "/200": answering(200, {}),
      "/201": answering(201, { Location: "/actions/1", ...json }, '{"status":"pending"}'),
      "/202": answering(202, {}),
      "/204": answering(204, {}),
    });
    const outputs = [];
    for (const path of ["200", "201", "202", "204"]) {
      const href = `${server.url}/${path}`;
      await client().writeResource({ href }, value("1"));
      const output = await client().invokeResource({ href }, value("1"));
      outputs.push((await output.toBuffer()).toString());
    }
    expect(outputs).toEqual(["", '{"status":"pending"}', "", ""]);
  });

  it("tells refusals with problem details however few, with JSON of another kind, HTML and nothing", async () => {
    const problem = { "Content-Type": "application/problem+json; charset=utf-8" };
    const server = await serve({
      "/detail": answering(409, problem, '{"type":"about:blank","detail":"too hot"}'),
      "/full": answering(422, problem, '{"title":"No","status":400,"detail":"d","extra":[1]}'),
      "/json": answering(400, json, '{"error":"bad","code":7}'),
      "/html": answering(502, { "Content-Type": "text/html" }, "<h1>Bad Gateway</h1>"),
      "/nothing": answering(503, { "Retry-After": "1" }),
    });
    const of = async (path: string) => {
      const { status, problem } = await refused(read(server, path));
      return [status, problem];
    };
    expect(await of("/detail")).toEqual([
      409,
      { type: "about:blank", title: "Conflict", status: 409, detail: "too hot" },
    ]);
    expect(await of("/full")).toEqual([422, { title: "No", status: 400, detail: "d", extra: [1] }]);
    for (const path of ["/json", "/html", "/nothing"]) expect((await of(path))[1]).toBeUndefined();
    expect((await refused(read(server, "/html"))).message).toContain("502");
  });

  describe("that redirect", () => {
    it("reads where a resource has moved to, also to another host, five times at most", async () => {
      const other = await serve({ "/here": answering(200, json, "1") });
      const server = await serve({
        "/301": answering(301, { Location: `${other.url}/here` }),
        "/302": answering(302, { Location: "301" }),
        "/303": answering(303, { Location: "/302" }),
        "/308": answering(308, { Location: "/303" }),
        "/loop": answering(307, { Location: "/loop" }),
        "/nowhere": answering(302, {}),
        "/file": answering(302, { Location: "file:///etc/passwd" }),
      });
      expect(await read(server, "/308")).toBe(1);
      const before = server.requests.length;
      expect((await refused(read(server, "/loop"))).status).toBe(307);
      expect(server.requests.length - before).toBe(6);
      for (const path of ["/nowhere", "/file"]) {
        expect((await refused(read(server, path))).status).toBe(302);
      }
    });

    it("writes and invokes again only where the status says so, and fetches a result that is elsewhere", async () => {
      const seen: [string | undefined, string][] = [];
      const server = await serve({
        "/307": answering(307, { Location: "/there" }),
        "/302": answering(302, { Location: "/there" }),
        "/303": answering(303, { Location: "/result" }),
        "/there": (response, { method }, body) => {
          seen.push([method, body.toString()]);
          response.writeHead(204).end();
        },
        "/result": answering(200, json, "42"),
      });
      await client().writeResource({ href: `${server.url}/307` }, value("7"));
      expect(seen).toEqual([["PUT", "7"]]);
      const href = `${server.url}/302`;
      expect((await refused(client().invokeResource({ href }, value("7")))).status).toBe(302);
      const output = await client().invokeResource({ href: `${server.url}/303` }, value("7"));
      expect((await output.toBuffer()).toString()).toBe("42");
      expect(server.requests.at(-1)).toMatchObject({ method: "GET" });
      expect(server.requests.at(-1)?.headers).not.toHaveProperty("content-type");
    });

    it("carries credentials no further than the host they are for", async () => {
      const other = await serve({ "/here": answering(200, json, "1") });
      const server = await serve({
        "/away": answering(302, { Location: `${other.url}/here` }),
        "/near": answering(302, { Location: "/here" }),
        "/here": (response, { headers }) =>
          response.writeHead(200, json).end(JSON.stringify(headers.authorization)),
      });
      const reader = client();
      reader.setSecurity([{ scheme: "bearer" }], { token: "t" });
      const near = await reader.readResource({ href: `${server.url}/near` });
      expect((await near.toBuffer()).toString()).toBe('"Bearer t"');
      const away = await refused(reader.readResource({ href: `${server.url}/away` }));
      expect([away.status, other.requests.length]).toEqual([302, 0]);
    });
  });

  describe("by the terms of a form", () => {
    it("sends the headers that have a value, and leaves out those that are only named", async () => {
      const server = await serve({ "/": answering(200, json, "1") });
      const headers = [
        { "htv:fieldName": "X-Unit", "htv:fieldValue": "K" },
        { "htv:fieldName": "Last-Event-ID", description: "where the last connection broke" },
        { "htv:fieldName": "accept", "htv:fieldValue": "text/plain" },
        { "htv:fieldName": "Content-Length", "htv:fieldValue": "7" },
        { "htv:fieldName": "Transfer-Encoding", "htv:fieldValue": "chunked" },
        {},
      ];
      await client().invokeResource({ href: `${server.url}/`, "htv:headers": headers }, value("1"));
      const got = server.requests[0]?.headers;
      expect(got).toMatchObject({ "x-unit": "K", accept: "text/plain", "content-length": "1" });
      expect(got).not.toHaveProperty("last-event-id");
      expect(got).not.toHaveProperty("transfer-encoding");
      const one = { "htv:fieldName": "X-One", "htv:fieldValue": "1" };
      await client().readResource({ href: `${server.url}/`, "htv:headers": one });
      expect(server.requests[1]?.headers).toMatchObject({ "x-one": "1" });
    });

    it("refuses a header or a method that HTTP cannot carry, with a typed error", async () => {
      const header = { "htv:fieldName": "X-Evil", "htv:fieldValue": "a\r\nX-Other: b" };
      for (const term of [{ "htv:headers": [header] }, { "htv:methodName": "GE T" }]) {
        const error = await rejection(
          client().readResource({ href: "http://127.0.0.1:1/", ...term }),
        );
        expect(error).toBeInstanceOf(InputError);
      }
    });

    it("asks for and decodes the content coding, and any other the server prefers", async () => {
      const server = await serve({
        "/gzip": answering(200, { ...json, "Content-Encoding": "gzip" }, gzipSync("[1]")),
        "/br": answering(200, { ...json, "Content-Encoding": "br" }, brotliCompressSync("[2]")),
        "/both": answering(
          200,
          { ...json, "Content-Encoding": "br, x-gzip" },
          gzipSync(brotliCompressSync("[3]")),
        ),
        "/none": answering(200, { ...json, "Content-Encoding": "identity" }, "[4]"),
        "/odd": answering(200, { ...json, "Content-Encoding": "zpaq" }, "[5]"),
        "/broken": answering(200, { ...json, "Content-Encoding": "gzip" }, "[6]"),
        "/refusal": answering(
          400,
          { "Content-Type": "application/problem+json", "Content-Encoding": "gzip" },
          gzipSync('{"title":"No"}'),
        ),
        "/bomb": answering(
          200,
          { ...json, "Content-Encoding": "gzip" },
          gzipSync(" ".repeat(100_000)),
        ),
      });
      const form = { contentCoding: "gzip" };
      expect(await read(server, "/gzip", form)).toEqual([1]);
      expect(server.requests[0]?.headers["accept-encoding"]).toContain("gzip");
      expect(await read(server, "/br", form)).toEqual([2]);
      expect(await read(server, "/both")).toEqual([3]);
      expect(await read(server, "/none")).toEqual([4]);
      for (const path of ["/odd", "/broken"]) {
        expect((await refused(read(server, path))).status).toBe(502);
      }
      expect((await refused(read(server, "/refusal"))).problem?.title).toBe("No");
      const small = client({ maxBodyBytes: 50_000 });
      const bomb = await rejection(small.readResource({ href: `${server.url}/bomb` }));
      expect(bomb).toBeInstanceOf(PayloadTooLargeError);
    });

    it("writes in the content coding of the form", async () => {
      let got: [string | undefined, string] | undefined;
      const server = await serve({
        "/": (response, { headers }, body) => {
          got = [headers["content-encoding"], gunzipSync(body).toString()];
          response.writeHead(204).end();
        },
      });
      const form = { href: `${server.url}/`, contentCoding: "gzip" };
      await client().writeResource(form, value('{"a":1}'));
      expect(got).toEqual(["gzip", '{"a":1}']);
      const error = await rejection(
        client().writeResource({ ...form, contentCoding: "zpaq" }, value("1")),
      );
      expect(error).toBeInstanceOf(InputError);
    });

    it("asks for anything where the form's response has no content type", async () => {
      const server = await serve({ "/": answering(204, {}) });
      await client().invokeResource({ href: `${server.url}/`, response: {} as never });
      expect(server.requests[0]?.headers.accept).toBe("*/*");
    });

    it("refuses a subprotocol that it does not speak, by its name", async () => {
      for (const subprotocol of ["websub", "odd:push"]) {
        const form = { href: "http://127.0.0.1:1/", subprotocol } as never;
        const error = await rejection(client().subscribeResource(form, () => undefined));
        expect(error).toBeInstanceOf(OperationNotAllowedError);
        expect((error as Error).message).toContain(subprotocol);
      }
    });
  });

  it("throws typed errors only, whatever a server does", async () => {
    const server = await serve({
      "/reset": (response) => response.socket?.resetAndDestroy(),
      "/short": (response) => {
        response.writeHead(200, { "Content-Length": "100" }).write("1");
        response.socket?.end();
      },
      "/garbage": (response) => response.socket?.end("HTTP/1.1 abc\r\n\r\n"),
    });
    for (const path of ["/reset", "/short", "/garbage"]) {
      expect(await rejection(read(server, path))).toBeInstanceOf(FogwotError);
    }
  });
});
