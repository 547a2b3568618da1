import { afterEach, describe, expect, it } from "@jest/globals";
import { type ExposedThing, Servient } from "@node-wot/core";
import type { ExposedThingInit } from "wot-typescript-definitions";
import { ConfigError } from "../../../errors";
import { HttpBindingClientFactory } from "../client/client-factory";
import type { HttpServerOptions } from "../options";
import { HttpBindingServer } from "./server";

describe("a Thing exposed over HTTP", () => {
  const servients: Servient[] = [];
  afterEach(async () => {
    for (const servient of servients.splice(0)) await servient.shutdown();
  });

  async function start(options: Partial<HttpServerOptions> = {}) {
    const servient = new Servient();
    const server = new HttpBindingServer({ port: 0, ...options });
    servient.addServer(server);
    servient.addClientFactory(new HttpBindingClientFactory({ timeoutMs: 2000 }));
    const wot = await servient.start();
    servients.push(servient);
    const expose = async (init: ExposedThingInit): Promise<WoT.ExposedThing> => {
      const thing = await wot.produce(init);
      for (const name of Object.keys(init.properties ?? {})) {
        thing.setPropertyReadHandler(name, async (given) =>
          JSON.stringify(given?.uriVariables ?? {}),
        );
      }
      await thing.expose();
      return thing;
    };
    return { server, wot, expose };
  }

  const variables = {
    title: "Forecast",
    uriVariables: { site: { type: "string" } },
    properties: {
      temperature: {
        type: "string",
        readOnly: true,
        uriVariables: { day: { type: "integer", minimum: 0 }, rough: { type: "boolean" } },
      },
    },
  } as unknown as ExposedThingInit;

  it("is asked for again by a subscriber that finds it missing while the Servient starts", async () => {
    let isStarting = true;
    const { server, expose } = await start({ isStarting: () => isStarting });
    const missing = await fetch(`${server.baseUrl}/forecast`);
    expect([missing.status, await missing.json()]).toMatchObject([503, { code: "STARTING" }]);
    await expose(variables);
    isStarting = false;
    expect((await fetch(`${server.baseUrl}/forecast`)).status).toBe(200);
    expect((await fetch(`${server.baseUrl}/other`)).status).toBe(404);
  });

  it("gets its URI variables typed, and a consumer fills them into the form", async () => {
    const { wot, expose } = await start();
    const td = (await expose(variables)).getThingDescription();
    const thing = await wot.consume(td);
    const given = { day: 3, rough: true, site: "Werk 1/ü" };
    const output = await thing.readProperty("temperature", { uriVariables: given });
    expect(JSON.parse(String(await output.value()))).toEqual(given);
  });

  it("refuses a URI variable of the wrong type and ignores one it does not declare", async () => {
    const { server, expose } = await start();
    await expose(variables);
    const url = `${server.baseUrl}/forecast/properties/temperature`;
    for (const query of ["day=x", "day=-1", "day=", "day=1.5", "rough=1"]) {
      const response = await fetch(`${url}?${query}`);
      const problem = (await response.json()) as { details: { path: string } };
      expect([query, response.status, problem.details.path]).toEqual([
        query,
        400,
        `?${query.split("=")[0]}`,
      ]);
    }
    expect(await (await fetch(`${url}?other=1&day=2`)).json()).toBe('{"day":2}');
  });

  it("lives where the configuration says, and beside another of the same title", async () => {
    const { server, expose } = await start({ thingPath: () => "fog wifi/ü" });
    const init = { title: "Sensor", properties: { p: { type: "string", readOnly: true } } };
    await expose({ ...init, id: "urn:1" } as unknown as ExposedThingInit);
    const second = await expose({ ...init, id: "urn:2" } as unknown as ExposedThingInit);
    const first = `${server.baseUrl}/fog%20wifi/%C3%BC`;
    expect(await (await fetch(`${server.baseUrl}/`)).json()).toEqual([first, `${first}-2`]);
    for (const url of [first, `${first}-2`]) {
      expect(await (await fetch(`${url}/properties/p`)).json()).toBe("{}");
    }
    await second.destroy();
    expect((await fetch(`${first}-2`)).status).toBe(404);
    expect((await fetch(first)).status).toBe(200);
  });

  it("is refused when it promises credentials the server would not ask for", async () => {
    const { expose } = await start();
    const secured = {
      title: "Safe",
      security: "basic_sc",
      securityDefinitions: { basic_sc: { scheme: "basic" } },
    } as unknown as ExposedThingInit;
    await expect(expose(secured)).rejects.toBeInstanceOf(ConfigError);
  });

  it("may be exposed before the server is started", async () => {
    const servient = new Servient();
    const wot = await servient.start();
    const server = new HttpBindingServer({ port: 0 });
    const thing = await wot.produce({ title: "Early" } as ExposedThingInit);
    await server.expose(thing as unknown as ExposedThing);
    await server.start(servient);
    expect((await fetch(`${server.baseUrl}/early`)).status).toBe(200);
    await server.stop();
    await servient.shutdown();
  });

  it("answers pages of the origins allowed, and says nothing to others", async () => {
    const page = "https://page.example";
    const { server, expose } = await start({ cors: { origins: [page] } });
    await expose(variables);
    const url = `${server.baseUrl}/forecast/properties/temperature`;
    const from = async (origin: string, init: RequestInit = {}): Promise<Headers> => {
      const headers = { origin, ...(init.headers as Record<string, string> | undefined) };
      return (await fetch(url, { ...init, headers })).headers;
    };
    const allowed = await from(page);
    expect(allowed.get("access-control-allow-origin")).toBe(page);
    expect(allowed.get("vary")).toBe("Origin");
    const other = await from("https://evil.example");
    expect(other.get("access-control-allow-origin")).toBeNull();
    const refused = await from(page, { method: "PUT", body: "1" });
    expect(refused.get("access-control-allow-origin")).toBe(page);
    const preflight = await from(page, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "GET" },
    });
    expect(preflight.get("access-control-allow-methods")).toContain("GET");
  });

  it("answers no page of another origin unless told to", async () => {
    const { server, expose } = await start();
    await expose(variables);
    const headers = { origin: "https://page.example" };
    const response = await fetch(`${server.baseUrl}/forecast`, { headers });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    const open = await start({ cors: { origins: "*" } });
    const any = await fetch(`${open.server.baseUrl}/`, { headers });
    expect(any.headers.get("access-control-allow-origin")).toBe("*");
  });
});
