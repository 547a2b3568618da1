import { afterEach, describe, expect, it } from "@jest/globals";
import { Servient } from "@node-wot/core";
import type { ExposedThingInit } from "wot-typescript-definitions";
import { HttpBindingClientFactory } from "../client/client-factory";
import { HttpBindingServer } from "./server";

describe("/.well-known/wot", () => {
  const servients: Servient[] = [];
  afterEach(async () => {
    for (const servient of servients.splice(0)) await servient.shutdown();
  });

  async function start() {
    const servient = new Servient();
    const server = new HttpBindingServer({ port: 0 });
    servient.addServer(server);
    servient.addClientFactory(new HttpBindingClientFactory({ timeoutMs: 2000 }));
    const wot = await servient.start();
    servients.push(servient);
    const expose = async (title: string): Promise<object> => {
      const thing = await wot.produce({ title, id: `urn:${title}` } as ExposedThingInit);
      await thing.expose();
      return thing.getThingDescription();
    };
    return { wot, expose, base: server.baseUrl, url: `${server.baseUrl}/.well-known/wot` };
  }

  it("is the description of the only Thing, with type, entity tag and HEAD", async () => {
    const { expose, url } = await start();
    const td = await expose("lamp");
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe("application/td+json");
    expect(await response.json()).toEqual(td);
    const etag = response.headers.get("etag") ?? "";
    expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
    const head = await fetch(url, { method: "HEAD" });
    for (const name of ["content-type", "content-length", "etag"]) {
      expect([name, head.headers.get(name)]).toEqual([name, response.headers.get(name)]);
    }
  });

  it("introduces all of several Things, by links and by a property", async () => {
    const { wot, expose, base, url } = await start();
    for (const title of ["lamp", "bell"]) await expose(title);
    const td = await wot.requestThingDescription(url);
    const urls = [`${base}/lamp`, `${base}/bell`];
    expect(td.links?.map(({ href, rel }) => [rel, href])).toEqual(urls.map((to) => ["item", to]));
    const host = await wot.consume(td);
    expect(await (await host.readProperty("things")).value()).toEqual(urls);
  });

  it("is there before there is any Thing", async () => {
    const { url } = await start();
    expect((await (await fetch(url)).json()) as object).toMatchObject({ links: [] });
  });
});
