import { createServer } from "node:net";
import type { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Form, ProtocolClient } from "@node-wot/core";
import {
  type FogwotError,
  InteractionError,
  InteractionTimeoutError,
  OperationNotAllowedError,
  PayloadTooLargeError,
  UnreachableError,
} from "../../../errors";
import { rejection, until } from "../../compliance";
import { ForeignServer } from "../testing/foreign-server";
import { HttpBindingClientFactory, type HttpClientOptions } from "./client-factory";

describe("HTTP client", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function client(options: HttpClientOptions = {}): ProtocolClient {
    const factory = new HttpBindingClientFactory({ timeoutMs: 2000, ...options });
    cleanups.push(() => factory.destroy());
    return factory.getClient();
  }
  async function foreign(...args: ConstructorParameters<typeof ForeignServer>) {
    const server = await new ForeignServer(...args).start();
    cleanups.push(() => server.stop());
    return server;
  }
  const form = (href: string, more: Partial<Form> = {}): Form => ({ href, ...more });
  const text = async (work: ReturnType<ProtocolClient["readResource"]>): Promise<string> =>
    (await (await work).toBuffer()).toString();

  it("asks for the response's media type and takes the one it gets", async () => {
    const server = await foreign((_, response) => {
      response.setHeader("Content-Type", "text/plain").end("21.5 °C");
    });
    const asked = { contentType: "application/json", response: { contentType: "text/plain" } };
    const content = await client().readResource(form(server.url, asked));
    expect(server.requests[0]?.headers.accept).toBe("text/plain");
    expect([content.type, (await content.toBuffer()).toString()]).toEqual([
      "text/plain",
      "21.5 °C",
    ]);
  });

  it("uses the method and the headers the form names", async () => {
    const server = await foreign((_, response) => response.end("1"));
    const named = {
      "htv:methodName": "PATCH",
      "htv:headers": [{ "htv:fieldName": "X-Unit", "htv:fieldValue": "celsius" }],
    };
    await client().invokeResource(form(server.url, named));
    expect(server.requests[0]).toMatchObject({ method: "PATCH", headers: { "x-unit": "celsius" } });
  });

  it("uses one connection for requests that follow each other", async () => {
    const server = await foreign((_, response) => response.end("1"));
    const reader = client();
    for (let n = 0; n < 20; n++) await text(reader.readResource(form(server.url)));
    expect([server.requests.length, server.connections]).toEqual([20, 1]);
  });

  it("reads again when the server closed the idle connection just then", async () => {
    let closing = false;
    const server = await foreign((request, response) => {
      if (closing) {
        closing = false;
        request.socket.destroy();
      } else response.end("1");
    });
    const reader = client();
    await text(reader.readResource(form(server.url)));
    closing = true;
    expect(await text(reader.readResource(form(server.url)))).toBe("1");
    closing = true;
    // An invocation may have been carried out: to send it twice is not ours to decide.
    const error = await rejection(reader.invokeResource(form(server.url)));
    expect(error).toBeInstanceOf(UnreachableError);
  });

  it("carries a refusal's status with and without problem details", async () => {
    const server = await foreign(({ url }, response) => {
      response.statusCode = 418;
      if (url === "/problem") response.setHeader("Content-Type", "application/problem+json");
      if (url === "/broken") response.setHeader("Content-Type", "application/json");
      response.end(url === "/problem" ? '{"title":"No","status":418,"extra":1}' : "{");
    });
    const reader = client();
    for (const path of ["problem", "broken", "plain"]) {
      const error = await rejection(reader.readResource(form(`${server.url}/${path}`)));
      expect(error).toBeInstanceOf(InteractionError);
      expect((error as InteractionError).status).toBe(418);
      const problem = path === "problem" ? { title: "No", status: 418, extra: 1 } : undefined;
      expect((error as InteractionError).problem).toEqual(problem);
    }
  });

  it("gives up on an answer that never begins, or never ends", async () => {
    const server = await foreign(({ url }, response) => {
      if (url === "/half") response.writeHead(200, { "Content-Length": 10 }).write("12345");
    });
    for (const path of ["nothing", "half"]) {
      const reading = client({ timeoutMs: 80 }).readResource(form(`${server.url}/${path}`));
      const error = await rejection(reading);
      expect(error).toBeInstanceOf(InteractionTimeoutError);
      expect((error as InteractionTimeoutError).timeoutMs).toBe(80);
    }
  });

  it("refuses an answer larger than its limit", async () => {
    const server = await foreign((_, response) => response.end("x".repeat(5000)));
    const error = await rejection(client({ maxBodyBytes: 4000 }).readResource(form(server.url)));
    expect(error).toBeInstanceOf(PayloadTooLargeError);
  });

  it("says of whatever does not speak HTTP that it cannot be reached", async () => {
    const garbage = createServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
    await new Promise<void>((resolve) => garbage.listen(0, "127.0.0.1", () => resolve()));
    const { port } = garbage.address() as { port: number };
    cleanups.push(() => garbage.close());
    const nobody = await foreign(() => undefined);
    await nobody.stop();
    cleanups.pop();
    for (const href of [`http://127.0.0.1:${port}/`, nobody.url, "http://"]) {
      const error = await rejection(client().readResource(form(href)));
      expect([href, (error as FogwotError).code]).toEqual([href, "UNREACHABLE"]);
    }
  });

  it("requests a Thing Description as one", async () => {
    const server = await foreign((_, response) => response.end("{}"));
    const content = await client().requestThingDescription(server.url);
    expect(server.requests[0]?.headers.accept).toContain("application/td+json");
    expect(content.type).toBe("application/td+json");
  });

  it("refuses to subscribe by a subprotocol it does not have", async () => {
    const subscribing = client().subscribeResource(
      form("http://127.0.0.1:1/", { subprotocol: "websub" }),
      () => undefined,
    );
    expect(await rejection(subscribing)).toBeInstanceOf(OperationNotAllowedError);
  });

  describe("subscribed by server-sent events", () => {
    const stream = (href: string): Form => form(href, { subprotocol: "sse" });

    it("comes back with the last event id after the connection broke", async () => {
      const server = await foreign((_, response) => {
        const n = server.requests.length;
        response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
        response.write(`retry: 5\nid: e${n}\nevent: reading\ndata: ${n}\n\n`, () => {
          if (n < 3) response.destroy();
        });
      });
      const got: string[] = [];
      const errors: Error[] = [];
      const subscriber = client();
      await subscriber.subscribeResource(
        stream(server.url),
        (content) => {
          got.push(String((content.body as Readable).read()));
        },
        (error) => errors.push(error),
      );
      await until("three connections", () => got.length === 3);
      expect(got).toEqual(["1", "2", "3"]);
      expect(server.requests.map(({ headers }) => headers["last-event-id"])).toEqual([
        undefined,
        "e1",
        "e2",
      ]);
      expect(errors.map((error) => error.constructor)).toEqual([
        UnreachableError,
        UnreachableError,
      ]);
      await subscriber.unlinkResource(stream(server.url));
    });

    it("comes back when the server was away, and not once it is refused", async () => {
      let gone = false;
      const server = await foreign((_, response) => {
        if (gone) response.writeHead(404).end();
        else {
          response.writeHead(200, { "Content-Type": "text/event-stream" });
          response.write("retry: 5\n\ndata: 1\n\n");
        }
      });
      let got = 0;
      let over = false;
      const codes: string[] = [];
      await client().subscribeResource(
        stream(server.url),
        () => got++,
        (error) => codes.push((error as FogwotError).code),
        () => {
          over = true;
        },
      );
      await until("an event", () => got === 1);
      await server.stop();
      await until("a failed attempt", () => codes.length >= 2);
      await server.start();
      await until("the stream to be back", () => got === 2);
      gone = true;
      server.server.closeAllConnections();
      await until("the end", () => over);
      expect(codes.at(-1)).toBe("INTERACTION");
    });

    it("is refused by whatever answers with something else", async () => {
      const server = await foreign(({ url }, response) => {
        response.writeHead(url === "/busy" ? 503 : 200, { "Content-Type": "application/json" });
        response.end('{"title":"Too busy","status":503}');
      });
      const subscriber = client();
      for (const [path, status] of [
        ["busy", 503],
        ["json", 502],
      ] as const) {
        const subscribing = subscriber.subscribeResource(stream(`${server.url}/${path}`), () => 0);
        expect((await rejection(subscribing)) as InteractionError).toMatchObject({ status });
      }
      const silent = await foreign(() => undefined);
      const impatient = client({ timeoutMs: 50 });
      const error = await rejection(impatient.subscribeResource(stream(silent.url), () => 0));
      expect(error).toBeInstanceOf(InteractionTimeoutError);
      expect(server.requests).toHaveLength(2);
    });

    it("ends with the factory, and with each way of unsubscribing", async () => {
      const open = new Set<unknown>();
      const server = await foreign((_, response) => {
        open.add(response);
        response.on("close", () => open.delete(response));
        response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      });
      const factory = new HttpBindingClientFactory({ timeoutMs: 2000 });
      const [a, b, c] = [factory.getClient(), factory.getClient(), factory.getClient()];
      const one = await a.subscribeResource(stream(`${server.url}/1`), () => 0);
      await a.subscribeResource(stream(`${server.url}/2`), () => 0);
      await b.subscribeResource(stream(`${server.url}/2`), () => 0);
      await c.subscribeResource(stream(`${server.url}/3`), () => 0);
      expect(open.size).toBe(4);
      one.unsubscribe();
      one.unsubscribe();
      await until("one to end", () => open.size === 3);
      await a.unlinkResource(stream(`${server.url}/2`));
      await until("another to end", () => open.size === 2);
      await b.stop();
      await until("a third to end", () => open.size === 1);
      factory.destroy();
      await until("the last to end", () => open.size === 0);
      expect(server.requests).toHaveLength(4);
    });
  });
});
