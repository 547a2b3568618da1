import { type RunningServient, startServient } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { DirectoryApp, token } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

let app: DirectoryApp;
let client: RunningServient;
beforeAll(async () => {
  app = await DirectoryApp.start();
  client = await startServient({ name: "client", requestTimeoutMs: 5_000 });
});
afterAll(async () => {
  await client.stop();
  await app.stop();
});

const ID = "urn:x:consumed";

/** How W3C's Thing Model of a directory describes one: no op, no content type, headers without value. */
const DESCRIBED_BY_W3C = () => {
  const id = { id: { "@type": "ThingID", type: "string", format: "iri-reference" } };
  const refusal = [{ contentType: "application/problem+json", "htv:statusCodeValue": 400 }];
  const form = (method: string, href: string, status: number, more: object = {}) => ({
    href,
    "htv:methodName": method,
    response: { description: "Success response", "htv:statusCodeValue": status },
    additionalResponses: refusal,
    ...more,
  });
  const event = (name: string) => ({
    uriVariables: { diff: { type: "boolean" } },
    data: { type: "object" },
    forms: [
      {
        op: "subscribeevent",
        href: `/events/${name}{?diff}`,
        subprotocol: "sse",
        "htv:headers": [{ description: "of the last event", "htv:fieldName": "Last-Event-ID" }],
        response: { contentType: "text/event-stream" },
      },
    ],
  });
  const td = { contentType: "application/td+json" };
  return {
    "@context": [
      "https://www.w3.org/2022/wot/td/v1.1",
      "https://www.w3.org/2022/wot/discovery",
      { htv: "http://www.w3.org/2011/http#" },
    ],
    "@type": "ThingDirectory",
    id: "urn:test:w3c-directory",
    title: "Thing Description Directory",
    base: app.base,
    securityDefinitions: { bearer: { scheme: "bearer", in: "header", format: "opaque" } },
    security: "bearer",
    properties: {
      things: {
        uriVariables: { offset: { type: "number", default: 0 }, limit: { type: "number" } },
        forms: [
          {
            href: "/things{?offset,limit}",
            "htv:methodName": "GET",
            response: {
              contentType: "application/ld+json",
              "htv:headers": [{ "htv:fieldName": "Link" }],
            },
          },
        ],
      },
    },
    actions: {
      createThing: {
        uriVariables: id,
        input: { type: "object" },
        forms: [form("PUT", "/things/{id}", 201, td)],
      },
      retrieveThing: {
        uriVariables: id,
        output: { type: "object" },
        forms: [form("GET", "/things/{id}", 200, { response: td })],
      },
      partiallyUpdateThing: {
        uriVariables: id,
        input: { type: "object" },
        forms: [
          form("PATCH", "/things/{id}", 204, { contentType: "application/merge-patch+json" }),
        ],
      },
      deleteThing: { uriVariables: id, forms: [form("DELETE", "/things/{id}", 204)] },
      searchJSONPath: {
        uriVariables: { query: { type: "string" } },
        output: { type: "array" },
        forms: [
          form("GET", "/search/jsonpath?query={query}", 200, {
            response: { contentType: "application/json" },
          }),
        ],
      },
    },
    events: {
      thingCreated: event("thing_created"),
      thingUpdated: event("thing_updated"),
      thingDeleted: event("thing_deleted"),
    },
  };
};

const OWN = async () => (await fetch(`${app.base}/.well-known/wot`)).json() as Promise<object>;

describe.each([
  { name: "its own Thing Description", describing: OWN },
  { name: "W3C's Thing Model", describing: async () => DESCRIBED_BY_W3C() },
])("the directory, consumed by $name", ({ describing }) => {
  it("registers, changes, finds and deletes Things, and tells of each by events", async () => {
    const td = (await describing()) as WoT.ThingDescription & { id: string };
    client.servient.addCredentials({ [td.id]: { token } });
    const directory = await client.wot.consume(td);
    const told: [string, unknown][] = [];
    const subscriptions: WoT.Subscription[] = [];
    let heard = () => undefined as unknown;
    for (const name of ["thingCreated", "thingUpdated", "thingDeleted"]) {
      const subscription = await directory.subscribeEvent(name, async (output) => {
        told.push([name, ((await output.value()) as { id: string }).id]);
        heard();
      });
      subscriptions.push(subscription);
    }
    const uriVariables = { id: ID };
    await directory.invokeAction("createThing", sampleTd(ID) as never, { uriVariables });
    const created = await directory.invokeAction("retrieveThing", undefined, { uriVariables });
    expect(await created.value()).toMatchObject({ id: ID });
    await directory.invokeAction("partiallyUpdateThing", { title: "New" }, { uriVariables });
    const query = { query: "$[?@.title=='New'].id" };
    const found = await directory.invokeAction("searchJSONPath", undefined, {
      uriVariables: query,
    });
    expect(await found.value()).toEqual([ID]);
    const listed = await directory.readProperty("things", { uriVariables: { limit: 10 } });
    expect(await listed.value()).toMatchObject([{ id: ID, title: "New" }]);
    const all = new Promise((resolve) => {
      heard = () => told.length >= 3 && resolve(undefined);
    });
    await directory.invokeAction("deleteThing", undefined, { uriVariables });
    await all;
    expect(told.sort()).toEqual([
      ["thingCreated", ID],
      ["thingDeleted", ID],
      ["thingUpdated", ID],
    ]);
    for (const subscription of subscriptions) await subscription.stop();
    const gone = directory.invokeAction("retrieveThing", undefined, { uriVariables });
    await expect(gone).rejects.toMatchObject({ status: 404 });
  });
});
