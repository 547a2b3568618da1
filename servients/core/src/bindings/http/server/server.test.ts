import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { InsecureBindError, PortInUseError } from "../../../errors";
import { Rig, until } from "../../compliance";
import { openHttpHarness } from "../testing/harness";
import { RawConnection, rawExchange } from "../testing/raw";
import { HttpBindingServer } from "./server";

describe("HTTP server", () => {
  let rig: Rig;
  let base: string;
  const TITLE = "Compliance 1";
  beforeAll(async () => {
    const limits = { maxBodyBytes: 2000, headersTimeoutMs: 300, requestTimeoutMs: 400 };
    const harness = await openHttpHarness(limits);
    rig = await new Rig(harness, { title: TITLE }).start();
    base = (rig.server as unknown as HttpBindingServer).baseUrl;
  });
  afterAll(() => rig.stop());

  const url = (path: string): string => `${base}/compliance-1${path}`;
  const put = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(url(path), {
      method: "PUT",
      body,
      headers: { "content-type": "application/json", ...headers },
    });

  async function expectProblem(response: Response, status: number): Promise<{ code: string }> {
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await response.json()) as { status: number; title: string; code: string };
    expect(problem.status).toBe(status);
    expect(problem.title).toBeTruthy();
    return problem;
  }

  it("lists the Thing Descriptions' URLs at its root", async () => {
    expect(await (await fetch(`${base}/`)).json()).toEqual([url("")]);
  });

  it("serves the Thing Description as td+json, or as JSON where only that is accepted", async () => {
    const response = await fetch(url(""));
    expect(response.headers.get("content-type")).toBe("application/td+json");
    expect(await response.json()).toEqual(rig.td);
    const plain = await fetch(url(""), { headers: { accept: "application/json" } });
    expect(plain.headers.get("content-type")).toBe("application/json");
    const weighted = { accept: "text/html, application/ld+json;q=0.9, application/td+json;q=0.1" };
    const linked = await fetch(url(""), { headers: weighted });
    expect(linked.headers.get("content-type")).toBe("application/ld+json");
    await expectProblem(await fetch(url(""), { headers: { accept: "text/html" } }), 406);
  });

  it("answers 304 to the entity tag of an unchanged Thing Description", async () => {
    const etag = (await fetch(url(""))).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await fetch(url(""), { headers: { "if-none-match": `W/${etag}, "x"` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = await fetch(url(""), { headers: { "if-none-match": '"x"' } });
    expect(other.status).toBe(200);
    await other.text();
  });

  it("answers HEAD with the header GET has, and no body", async () => {
    for (const path of ["", "/properties/level", "/properties"]) {
      const head = await fetch(url(path), { method: "HEAD" });
      const get = await fetch(url(path));
      const length = Buffer.byteLength(await get.text());
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
      expect(head.headers.get("content-length")).toBe(String(length));
    }
    const stream = await fetch(url("/events/reading"), { method: "HEAD" });
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
  });

  it("answers all readable properties as one object", async () => {
    const all = (await (await fetch(url("/properties"))).json()) as Record<string, unknown>;
    expect(all).toEqual(rig.controls.values);
    expect(all).not.toHaveProperty("secret");
  });

  it("acknowledges a write with 204 and an invocation with 200 or 204", async () => {
    expect((await put("/properties/level", "12")).status).toBe(204);
    const add = await fetch(url("/actions/add"), { method: "POST", body: '{"a":1,"b":2}' });
    // fetch sends text/plain where nobody says otherwise.
    await expectProblem(add, 415);
    const headers = { "content-type": "application/json; charset=utf-8" };
    const sum = await fetch(url("/actions/add"), {
      method: "POST",
      headers,
      body: '{"a":1,"b":2}',
    });
    expect([sum.status, await sum.text()]).toEqual([200, "3"]);
    const none = await fetch(url("/actions/noOutput"), { method: "POST", headers, body: "1" });
    expect([none.status, await none.text()]).toEqual([204, ""]);
  });

  it("refuses unknown paths with 404", async () => {
    for (const path of ["/nosuch", "/properties/nosuch", "/action", "/events/reading/x", "//"]) {
      expect((await expectProblem(await fetch(url(path)), 404)).code).toBe("NOT_FOUND");
    }
    await expectProblem(await fetch(`${base}/properties/level`), 404);
    await expectProblem(await fetch(url("/properties/__proto__")), 404);
  });

  it("refuses other methods with 405 and says which are allowed", async () => {
    const cases: [string, string, string][] = [
      ["/properties/serial", "PUT", "GET, HEAD, OPTIONS"],
      ["/properties/secret", "GET", "PUT, OPTIONS"],
      ["/properties/level", "DELETE", "GET, PUT, HEAD, OPTIONS"],
      ["/actions/echo", "GET", "POST, OPTIONS"],
      ["/events/reading", "POST", "GET, HEAD, OPTIONS"],
      ["", "PUT", "GET, HEAD, OPTIONS"],
    ];
    for (const [path, method, allow] of cases) {
      const response = await fetch(url(path), {
        method,
        ...(method === "PUT" ? { body: "1" } : {}),
      });
      expect([path, response.headers.get("allow")]).toEqual([path, allow]);
      await expectProblem(response, 405);
    }
    const options = await fetch(url("/actions/echo"), { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
  });

  it("refuses media types it does not have with 406 and those it does not take with 415", async () => {
    const xhtml = { accept: "application/xhtml+xml, application/cbor;q=0" };
    await expectProblem(await fetch(url("/properties/level"), { headers: xhtml }), 406);
    const never = { accept: "application/json;q=0, application/cbor;q=0, */*" };
    await expectProblem(await fetch(url("/properties/level"), { headers: never }), 406);
    const html = { accept: "application/json" };
    await expectProblem(await fetch(url("/events/reading"), { headers: html }), 406);
    const xml = { "content-type": "application/xml" };
    await expectProblem(await put("/properties/level", "1", xml), 415);
    const gzip = { "content-encoding": "gzip" };
    await expectProblem(await put("/properties/level", "1", gzip), 415);
    const before = rig.controls.received.length;
    const post = {
      method: "POST",
      body: "1",
      headers: { ...xhtml, "content-type": "application/json" },
    };
    await expectProblem(await fetch(url("/actions/noOutput"), post), 406);
    expect(rig.controls.received).toHaveLength(before);
  });

  it("accepts what a browser or a generic client says it accepts", async () => {
    for (const accept of ["text/html,application/xhtml+xml,*/*;q=0.8", "application/*", "*/*"]) {
      const response = await fetch(url("/properties/serial"), { headers: { accept } });
      expect([accept, await response.text()]).toEqual([accept, '"SN-0001"']);
    }
  });

  it("refuses a body beyond the limit with 413, announced or not, and keeps the connection", async () => {
    await expectProblem(await put("/properties/blob", JSON.stringify("x".repeat(3000))), 413);
    const chunk = "a".repeat(1500);
    const connection = new RawConnection(rig.server.getPort());
    connection.send(
      "PUT /compliance-1/properties/blob HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    for (let n = 0; n < 2; n++) connection.send(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    await until("the refusal", () => connection.received.includes("PAYLOAD_TOO_LARGE"));
    connection.send("0\r\n\r\nGET /compliance-1/properties/serial HTTP/1.1\r\nHost: x\r\n\r\n");
    await until("the next answer", () => connection.received.includes("SN-0001"));
    connection.end();
  });

  it("refuses a value nested beyond reason with 400", async () => {
    const deep = `${"[".repeat(900)}${"]".repeat(900)}`;
    await expectProblem(await put("/properties/level", deep), 400);
    await expectProblem(await put("/properties/level", "[".repeat(1900)), 400);
  });

  it("does not ask for a body it would refuse", async () => {
    const head =
      "PUT /compliance-1/properties/level HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n";
    const port = rig.server.getPort();
    expect(await rawExchange(port, `${head}Content-Length: 5000\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
    const connection = new RawConnection(port);
    connection.send(`${head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n`);
    await until("the go-ahead", () => connection.received.includes("100 Continue"));
    connection.send("44");
    await until("the answer", () => connection.received.includes("204 No Content"));
    connection.end();
  });

  it("refuses what is not HTTP with a problem document and closes", async () => {
    const port = rig.server.getPort();
    const long = `GET / HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`;
    for (const [sent, status] of [
      ["\u0016\u0003\u0001 not HTTP\r\n\r\n", 400],
      [long, 431],
      ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
      ["GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400],
      ["GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417],
    ] as const) {
      const received = await rawExchange(port, sent);
      expect(received).toMatch(
        new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*application/problem\\+json`),
      );
    }
  });

  it("gives up on requests that arrive too slowly with 408", async () => {
    const port = rig.server.getPort();
    for (const begun of [
      "GET / HTTP/1.1\r\nHost:",
      "PUT /compliance-1/properties/level HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1",
    ]) {
      expect(await rawExchange(port, begun)).toMatch(/^HTTP\/1.1 408 /);
    }
    // Not even a first byte: there is nobody to be told.
    const silent = new RawConnection(port);
    await silent.closed();
  });

  it("answers requests sent in one piece in their order", async () => {
    const connection = new RawConnection(rig.server.getPort());
    const get = (name: string): string =>
      `GET /compliance-1/properties/${name} HTTP/1.1\r\nHost: x\r\n\r\n`;
    connection.send(get("serial") + get("boolean") + get("nosuch") + get("number"));
    await until("the last answer", () => connection.received.includes("21.625"));
    const order = ["SN-0001", "\r\n\r\ntrue", "404 Not Found", "21.625"];
    const places = order.map((text) => connection.received.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    connection.end();
  });

  it("finds a path spelt another way, and the absolute form a proxy sends", async () => {
    expect((await fetch(url("/properties/%73erial/"))).status).toBe(200);
    const absolute = `GET ${url("/properties/serial")} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect(await rawExchange(rig.server.getPort(), absolute)).toContain("SN-0001");
  });
});

describe("HTTP server's start", () => {
  it("does not let the PORT variable overrule its configuration", async () => {
    process.env.PORT = "1";
    const server = new HttpBindingServer({ port: 0 });
    try {
      await server.start();
      expect(server.getPort()).toBeGreaterThan(1);
    } finally {
      delete process.env.PORT;
      await server.stop();
    }
  });

  it("refuses to listen beyond loopback unless told to", async () => {
    const open = new HttpBindingServer({ port: 0, host: "0.0.0.0" });
    await expect(open.start()).rejects.toBeInstanceOf(InsecureBindError);
    const nameless = new HttpBindingServer({ port: 0, host: "0.0.0.0", insecure: true });
    await expect(nameless.start()).rejects.toThrow("/baseUrl");
  });

  it("names the port another program holds", async () => {
    const first = new HttpBindingServer({ port: 0 });
    await first.start();
    const second = new HttpBindingServer({ port: first.getPort() });
    await expect(second.start()).rejects.toBeInstanceOf(PortInUseError);
    await second.stop();
    await first.stop();
  });

  it("starts and stops any number of times", async () => {
    const server = new HttpBindingServer({ port: 0 });
    for (let n = 0; n < 3; n++) {
      await server.start();
      await server.start();
      expect((await fetch(`${server.baseUrl}/`)).status).toBe(200);
      await server.stop();
      await server.stop();
      expect(server.getPort()).toBe(-1);
    }
  });
});
