import { afterEach, describe, expect, it } from "@jest/globals";
import type { Form } from "@node-wot/core";
import { until } from "../../compliance";
import { decode, fromContent } from "../../payload";
import { answering, type ForeignServer, type Route, routedServer } from "../testing/foreign-server";
import { HttpBindingClientFactory } from "./client-factory";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(routes: Record<string, Route>): Promise<ForeignServer> {
  const server = await routedServer(routes).start();
  cleanups.push(() => server.stop());
  return server;
}

const json = { "Content-Type": "application/json" };

describe("our HTTP client subscribed at servers of others", () => {
  async function listen(form: Form) {
    const got: unknown[] = [];
    const errors: unknown[] = [];
    const factory = new HttpBindingClientFactory({ timeoutMs: 2000 });
    cleanups.push(() => factory.destroy());
    const subscriber = factory.getClient();
    let tail = Promise.resolve();
    let isOver = false;
    const subscription = await subscriber.subscribeResource(
      form,
      (content) => {
        tail = tail.then(async () => {
          got.push(decode(await fromContent(content), {}));
        });
      },
      (error) => errors.push(error),
      () => {
        isOver = true;
      },
    );
    return { got, errors, subscription, isOver: () => isOver };
  }
  const stream = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
  };

  it("gets events of a directory as W3C's Thing Model describes it", async () => {
    const server = await serve({
      "/events/thing_created": (response) => {
        response.writeHead(200, stream);
        response.write('id: 1\nevent: thing_created\ndata: {"id":"urn:a"}\n\n');
      },
    });
    const { got, subscription } = await listen({
      op: "subscribeevent",
      href: `${server.url}/events/thing_created`,
      subprotocol: "sse",
      "htv:headers": [{ description: "for reconnection", "htv:fieldName": "Last-Event-ID" }],
      response: { contentType: "text/event-stream" },
    });
    await until("the event", () => got.length > 0);
    expect(got).toEqual([{ id: "urn:a" }]);
    subscription.unsubscribe();
  });

  it("gets events with comments, retry times, several data lines, any line end and a byte order mark", async () => {
    const server = await serve({
      "/": (response) => {
        response.writeHead(200, stream);
        response.write('\ufeff: hello\n\n:\r\nretry: 10\r\ndata: {\r\ndata:  "a":1\r');
        response.write("\ndata:}\r\n\r\nevent: ping\ndata\n\nid\nfoo: bar\ndata:2\n\n");
      },
    });
    const { got, subscription } = await listen({ href: `${server.url}/`, subprotocol: "sse" });
    await until("three events", () => got.length === 3);
    expect(got).toEqual([{ a: 1 }, undefined, 2]);
    subscription.unsubscribe();
  });

  it("takes a form whose content type is an event stream for one, without a subprotocol", async () => {
    const server = await serve({
      "/": (response) => response.writeHead(200, stream).write("data: 1\n\n"),
    });
    const form = { href: `${server.url}/`, contentType: "text/event-stream" };
    const { got, subscription } = await listen(form);
    await until("the event", () => got.length > 0);
    expect(got).toEqual([1]);
    subscription.unsubscribe();
  });

  it("follows a redirect to the stream, and ends with 204", async () => {
    const server = await serve({
      "/": answering(307, { Location: "/stream" }),
      "/stream": (response) => {
        if (server.requests.length > 2) response.writeHead(204).end();
        else response.writeHead(200, stream).end("retry: 1\ndata: 1\n\n");
      },
    });
    const { got, isOver } = await listen({ href: `${server.url}/`, subprotocol: "sse" });
    await until("the end", isOver);
    expect(got).toEqual([1]);
    const urls = server.requests.map(({ url }) => url);
    expect(urls).toEqual(["/", "/stream", "/", "/stream"]);
  });

  it("polls as node-wot's clients do, and takes each answer for one notification", async () => {
    let n = 0;
    const server = await serve({
      "/": (response, { method }) => {
        if (method === "HEAD") response.writeHead(200, json).end();
        else if (++n <= 3) response.writeHead(200, json).end(String(n));
      },
    });
    const { got, subscription } = await listen({ href: `${server.url}/` });
    await until("three notifications", () => got.length === 3);
    expect(got).toEqual([1, 2, 3]);
    subscription.unsubscribe();
  });

  it("polls where the last answer says, but on no other host", async () => {
    const other = await serve({});
    const links = [`<${other.url}/>; rel=next`, "<?c=1>; rel=next"];
    const poll: Route = (response, { method }) => {
      const link = links.shift();
      if (method === "HEAD" && link) response.writeHead(200, { Link: link }).end();
      else if (link) response.writeHead(200, { ...json, Link: link }).end("1");
    };
    const server = await serve({ "/": poll, "/?c=1": poll });
    const { got, subscription } = await listen({ href: `${server.url}/` });
    await until("the poll after the first", () => server.requests.length === 3);
    expect(server.requests.map(({ url }) => url)).toEqual(["/", "/", "/?c=1"]);
    expect([got, other.requests.length]).toEqual([[1], 0]);
    subscription.unsubscribe();
  });
});
