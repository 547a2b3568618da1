import { deferred, type RunningServient, startServient } from "@fogwot/core";
import { explain } from "@fogwot/thing-descriptions";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ThingDescription } from "wot-typescript-definitions";
import { DirectoryApp } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

let app: DirectoryApp;
let servient: RunningServient;

beforeAll(async () => {
  app = await DirectoryApp.start();
  servient = await startServient({ name: "client", clients: ["http"] });
});
afterAll(async () => {
  await servient.stop();
  await app.stop();
});

const directoryTd = async () => (await app.get("/.well-known/wot")).json<ThingDescription>();

describe("the directory's own Thing Description", () => {
  it("is valid, without a warning, and of type ThingDirectory", async () => {
    const td = await directoryTd();
    expect(explain(td)).toEqual([]);
    expect(td).toMatchObject({
      "@context": expect.arrayContaining(["https://www.w3.org/2022/wot/discovery"]),
      "@type": "ThingDirectory",
      id: "urn:fogwot:test:directory",
      base: `${app.base}/`,
    });
  });

  it("has every affordance of W3C's Thing Model that the directory serves", async () => {
    const { properties, actions, events } = await directoryTd();
    expect(Object.keys({ ...properties, ...actions, ...events })).toEqual(
      expect.arrayContaining([
        "things",
        "createThing",
        "createAnonymousThing",
        "retrieveThing",
        "updateThing",
        "partiallyUpdateThing",
        "deleteThing",
        "searchJSONPath",
        "thingCreated",
        "thingUpdated",
        "thingDeleted",
      ]),
    );
  });

  it("protects in it what the routes protect", async () => {
    const td = await directoryTd();
    const secured = Object.entries(td.actions ?? {}).flatMap(([name, { forms }]) =>
      forms.some(({ security }) => security) ? [name] : [],
    );
    expect(td.security).toEqual(["nosec_sc"]);
    expect(secured).toEqual([
      "createThing",
      "createAnonymousThing",
      "updateThing",
      "partiallyUpdateThing",
      "deleteThing",
    ]);
    const locked = await DirectoryApp.start({
      routes: {
        authorizeRead: async () => {
          throw new RangeError("no");
        },
      },
    });
    for (const url of ["/things", "/things/x", "/.well-known/wot", "/events", "/search/semantic"]) {
      expect((await locked.get(url)).status).toBe(500);
    }
    await locked.stop();
  });

  it("serves a plain WoT client: reads, searches and subscriptions", async () => {
    await app.put("urn:a", sampleTd("urn:a", { title: "A" }));
    const directory = await servient.wot.consume(await directoryTd());
    const things = await (await directory.readProperty("things")).value();
    expect(things).toMatchObject([{ id: "urn:a" }]);
    const page = await directory.readProperty("things", { uriVariables: { offset: 1 } });
    expect(await page.value()).toEqual([]);
    const invoke = async (name: string, uriVariables: object) =>
      (await directory.invokeAction(name, undefined, { uriVariables }))?.value();
    expect(await invoke("retrieveThing", { id: "urn:a" })).toMatchObject({ title: "A" });
    expect(await invoke("searchJSONPath", { query: "$[*].title" })).toEqual(["A"]);
    expect(await invoke("searchSemantic", { type: "fog:Device" })).toMatchObject([{ id: "urn:a" }]);

    const heard = deferred<unknown>();
    const subscription = await directory.subscribeEvent("thingCreated", (data) => {
      data.value().then(heard.resolve, heard.reject);
    });
    await app.put("urn:b", sampleTd("urn:b", { title: "B" }));
    expect(await heard.promise).toEqual({ id: "urn:b" });
    await subscription.stop();
  });

  it("leads node-wot's own exploreDirectory to the Things", async () => {
    const stock = await startServient({ name: "stock", clients: ["http"], stockClients: true });
    const found: unknown[] = [];
    for await (const td of await stock.wot.exploreDirectory(`${app.base}/.well-known/wot`)) {
      found.push(td.id);
    }
    expect(found).toContain("urn:a");
    await stock.stop();
  });
});

describe("/.well-known/core", () => {
  const link = '</.well-known/wot>;rt="wot.directory";ct="432 50"';

  it.each([
    ["", link],
    ["?rt=wot.directory", link],
    ["?rt=wot.*", link],
    ["?ct=50", link],
    ["?href=/.well-known/wot", link],
    ["?rt=wot.thing", ""],
    ["?rt=wot.directory&ct=60", ""],
    ["?if=x", ""],
  ])("with query %j answers %j", async (query, wanted) => {
    const answer = await app.get(`/.well-known/core${query}`);
    expect(answer.headers.get("content-type")).toBe("application/link-format");
    expect([answer.status, answer.body]).toEqual([200, wanted]);
  });
});
