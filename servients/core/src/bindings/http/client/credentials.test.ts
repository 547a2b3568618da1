import { afterEach, describe, expect, it } from "@jest/globals";
import type { Form, ProtocolClient } from "@node-wot/core";
import type { FogwotError } from "../../../errors";
import { rejection } from "../../compliance";
import { ForeignServer } from "../testing/foreign-server";
import { HttpBindingClientFactory, type HttpClientOptions } from "./client-factory";

describe("credentials of an HTTP client", () => {
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
  const form = (href: string): Form => ({ href });

  it("proves who asks by the first scheme its credentials suit", async () => {
    const server = await foreign((_, response) => response.end("1"));
    const reader = client();
    const sent = async (): Promise<string | undefined> => {
      await reader.readResource(form(server.url));
      return server.requests.at(-1)?.headers.authorization;
    };
    expect(await sent()).toBeUndefined();
    expect(reader.setSecurity([{ scheme: "basic" }], { username: "ada", password: "ü:1" })).toBe(
      true,
    );
    expect(await sent()).toBe(`Basic ${Buffer.from("ada:ü:1").toString("base64")}`);
    expect(reader.setSecurity([{ scheme: "bearer" }], [{ token: "t.o.k" }])).toBe(true);
    expect(await sent()).toBe("Bearer t.o.k");
    const combo = { scheme: "combo", oneOf: [{ scheme: "psk" }, { scheme: "bearer" }] };
    expect(reader.setSecurity([combo], { token: "two" })).toBe(true);
    expect(await sent()).toBe("Bearer two");
    expect(reader.setSecurity([{ scheme: "bearer" }], { username: "ada" })).toBe(false);
    expect(await sent()).toBeUndefined();
    expect(reader.setSecurity([{ scheme: "nosec" }])).toBe(true);
    expect(await sent()).toBeUndefined();
  });

  it("puts an API key where the scheme says, and shows it in no error", async () => {
    const server = await foreign((_, response) => response.end("1"));
    const reader = client();
    const header = { scheme: "apikey", in: "header", name: "x-api-key" };
    const query = { scheme: "apikey", in: "query", name: "the key" };
    const set = { apiKey: "k/1", username: "ada", password: "p" };
    reader.setSecurity([header], set);
    await reader.readResource(form(server.url));
    expect(server.requests.at(-1)?.headers["x-api-key"]).toBe("k/1");
    const allOf = [{ scheme: "basic" }, query];
    expect(reader.setSecurity([{ scheme: "combo", allOf }], [set])).toBe(true);
    await reader.readResource(form(`${server.url}?a=1`));
    expect(server.requests.at(-1)?.url).toBe("/?a=1&the%20key=k%2F1");
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
    expect(reader.setSecurity([{ scheme: "combo", allOf }], { apiKey: "k/1" })).toBe(false);
    reader.setSecurity([query], set);
    const error = await rejection(reader.readResource(form("http://127.0.0.1:1/")));
    expect(JSON.stringify((error as FogwotError).toProblem())).not.toMatch(/k%2F1|k\/1/);
  });

  it("shows what it has to the hosts that it is for, and to no other", async () => {
    const server = await foreign((_, response) => response.end("1"));
    const reader = client();
    const sent = async (hosts: string[]) => {
      reader.setSecurity([{ scheme: "bearer" }], { token: "t", hosts });
      await reader.readResource(form(server.url));
      return server.requests.at(-1)?.headers.authorization;
    };
    expect(await sent(["127.0.0.1"])).toBe("Bearer t");
    expect(await sent(["127.0.0.2", "localhost"])).toBeUndefined();
  });

  it("follows no redirect, so that no credentials follow one", async () => {
    const other = await foreign((_, response) => response.end("1"));
    const server = await foreign((_, response) => {
      response.writeHead(307, { Location: other.url });
      response.end();
    });
    const reader = client();
    reader.setSecurity([{ scheme: "bearer" }], { token: "t" });
    const error = await rejection(reader.readResource(form(server.url)));
    expect([(error as FogwotError).status, other.requests.length]).toEqual([307, 0]);
  });

  it("learns from the challenge what a Thing without a description yet asks for", async () => {
    const server = await foreign((request, response) => {
      const isKnown = request.headers["x-api-key"] === "k";
      response.writeHead(isKnown ? 200 : 401, {
        "WWW-Authenticate":
          'Digest realm="a, Basic b", ApiKey realm="x", in="header", name="x-api-key"',
      });
      response.end("{}");
    });
    const ask = (credentials: object) =>
      client({ credentials }).requestThingDescription(server.url);
    expect((await ask({ apiKey: "k" })).type).toContain("json");
    expect(await rejection(ask({ username: "a", password: "b" }))).toMatchObject({ status: 401 });
    expect(await rejection(ask({ apiKey: "k", hosts: ["x"] }))).toMatchObject({ status: 401 });
    expect(server.requests.some(({ headers }) => headers.authorization)).toBe(false);
  });
});
