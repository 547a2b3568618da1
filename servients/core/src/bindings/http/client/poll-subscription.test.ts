import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import { HttpServer } from "@node-wot/binding-http";
import { type Content, type Form, Helpers, type ProtocolClient, Servient } from "@node-wot/core";
import { type FogwotError, InteractionError } from "../../../errors";
import { Rig, rejection, until } from "../../compliance";
import type { HttpBindingServer } from "../server/server";
import { ForeignServer } from "../testing/foreign-server";
import { openHttpHarness } from "../testing/harness";
import { HttpBindingClientFactory } from "./client-factory";

describe("HTTP client subscribed by long poll", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function client(timeoutMs = 2000): ProtocolClient {
    const factory = new HttpBindingClientFactory({ timeoutMs });
    cleanups.push(() => factory.destroy());
    return factory.getClient();
  }
  async function foreign(listener: RequestListener): Promise<ForeignServer> {
    const server = await new ForeignServer(listener).start();
    cleanups.push(() => server.stop());
    return server;
  }
  const poll = (href: string): Form => ({ href, subprotocol: "longpoll" });
  const gets = (server: ForeignServer): string[] =>
    server.requests.filter(({ method }) => method === "GET").map(({ url = "" }) => url);
  function collector() {
    const got: string[] = [];
    let tail = Promise.resolve();
    const next = (content: Content): void => {
      tail = tail.then(async () => {
        got.push((await content.toBuffer()).toString());
      });
    };
    return { got, next };
  }

  it("gets every notification of a burst from our server, in order", async () => {
    const rig = await new Rig(await openHttpHarness()).start();
    cleanups.push(() => rig.stop());
    const form = rig.td.events?.reading?.forms.find(
      ({ subprotocol }) => subprotocol === "longpoll",
    );
    const { got, next } = collector();
    const subscriber = client();
    await subscriber.subscribeResource(form as Form, next);
    // Before the first poll is there: the handshake has set the cursor.
    for (let n = 0; n < 200; n++) rig.thing.emitEvent("reading", { n });
    await until("them all", () => got.length === 200);
    expect(got).toEqual(Array.from({ length: 200 }, (_, n) => `{"n":${n}}`));
    await subscriber.unlinkResource(form as Form);
    const { counters } = rig.server as unknown as HttpBindingServer;
    await until("the server to free it", () => rig.server.counters.subscribers === 0);
    expect(counters.errors).toBe(0);
  });

  it("follows the link to the next poll, and polls the same URL where there is none", async () => {
    let n = 0;
    const server = await foreign(({ method }, response) => {
      if (method === "HEAD")
        response.setHeader("Link", '</a>; rel="prev", <?c=0>; rel="next"').end();
      else if (++n === 1) response.setHeader("Link", '<?c=1>; title="x"; rel=next').end("1");
      else if (n < 4) response.end(String(n));
    });
    const { got, next } = collector();
    await client().subscribeResource(poll(`${server.url}/e`), next);
    await until("three", () => got.length === 3);
    await until("the poll after them", () => gets(server).length === 4);
    expect(gets(server)).toEqual(["/e?c=0", "/e?c=1", "/e?c=1", "/e?c=1"]);
    expect(server.requests[1]?.headers.prefer).toBe("wait=25");
  });

  it("needs no HEAD, and takes an empty answer at a time-out for no notification", async () => {
    let n = 0;
    const server = await foreign(({ method }, response) => {
      if (method === "HEAD") response.writeHead(501).end();
      else if (++n < 3) response.writeHead(204).end();
      else if (n === 3) response.end("1");
    });
    const { got, next } = collector();
    await client().subscribeResource(poll(server.url), next);
    await until("a notification", () => got.length === 1);
    expect([got, n >= 3]).toEqual([["1"], true]);
  });

  it("tries again when the server is away or busy, and not once it is refused", async () => {
    let n = 0;
    const server = await foreign(({ method }, response) => {
      if (method === "HEAD") response.end();
      else if (++n === 1) response.destroy();
      else if (n === 2) response.writeHead(503).end();
      else if (n === 3) response.end("3");
      else response.writeHead(404).end();
    });
    const { got, next } = collector();
    const codes: string[] = [];
    let over = false;
    await client().subscribeResource(
      poll(server.url),
      next,
      (error) => codes.push((error as FogwotError).code),
      () => {
        over = true;
      },
    );
    await until("the end", () => over);
    expect(got).toEqual(["3"]);
    expect(codes).toEqual(["UNREACHABLE", "INTERACTION", "INTERACTION"]);
    expect(n).toBe(4);
  }, 20_000);

  it("is refused where the handshake is, and ends with the factory", async () => {
    const server = await foreign(({ url, method }, response) => {
      if (url === "/none") response.writeHead(404).end();
      else if (method === "HEAD") response.end();
    });
    const error = await rejection(client().subscribeResource(poll(`${server.url}/none`), () => 0));
    expect(error).toBeInstanceOf(InteractionError);
    const factory = new HttpBindingClientFactory({ timeoutMs: 2000 });
    await factory.getClient().subscribeResource(poll(server.url), () => 0);
    await until("the poll", () => gets(server).length === 1);
    const closed = new Promise((resolve) => server.requests.at(-1)?.once("close", resolve));
    factory.destroy();
    await closed;
    expect(gets(server)).toHaveLength(1);
  });

  it("subscribes to node-wot's own server", async () => {
    Helpers.setStaticAddress("127.0.0.1");
    const stock = new HttpServer({ port: 0, address: "127.0.0.1" });
    const producer = new Servient();
    producer.addServer(stock);
    const wot = await producer.start();
    const thing = await wot.produce({
      title: "Bell",
      id: "urn:test:bell",
      events: { rung: { data: { type: "integer" } } },
    } as never);
    await thing.expose();
    const consumer = new Servient();
    consumer.addClientFactory(new HttpBindingClientFactory({ timeoutMs: 2000 }));
    const consumed = await (await consumer.start()).consume(thing.getThingDescription());
    const got: unknown[] = [];
    const subscription = await consumed.subscribeEvent("rung", (output) => {
      void output.value().then((value) => got.push(value));
    });
    // It keeps nothing between two polls: one at a time, and again until a poll was there.
    await until("a ring", () => {
      if (got.length === 0) thing.emitEvent("rung", 5);
      return got.length > 0;
    });
    expect(got[0]).toBe(5);
    await subscription.stop();
    await consumer.shutdown();
    await producer.shutdown();
  });
});
