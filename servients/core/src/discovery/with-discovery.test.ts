import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { Servient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { CoapBindingServer } from "../bindings/coap";
import { InputError } from "../errors";
import { type RunningServient, startServient } from "../servient";
import { ForeignServer, tdOf } from "./test/foreign-server";
import { withDiscovery } from "./with-discovery";

let client: RunningServient;
let server: ForeignServer;

beforeAll(async () => {
  client = await startServient({ name: "discoverer" });
  server = await ForeignServer.start();
  server.directory();
  server.on("/things", { body: [tdOf("a"), { bad: 1 }, tdOf("b", { support: "mailto:a@b.c" })] });
});
afterAll(async () => {
  await client.stop();
  await server.stop();
});

async function idsOf(process: WoT.ThingDiscoveryProcess) {
  const ids: (string | undefined)[] = [];
  for await (const td of process) ids.push(td.id);
  return ids;
}

it("gives the Scripting API an exploreDirectory that skips what is no Thing, and filters", async () => {
  const wot = withDiscovery(client.wot, client.servient);
  const url = `${server.base}/.well-known/wot`;
  expect(await idsOf(await wot.exploreDirectory(url))).toEqual(["urn:a", "urn:b"]);
  const filter = { fragment: { support: "mailto:a@b.c" } };
  const process = await wot.exploreDirectory(url, filter);
  expect([await idsOf(process), process.done, process.error]).toEqual([["urn:b"], true, undefined]);
  expect(await wot.consume(tdOf("a") as unknown as WoT.ThingDescription)).toBeDefined();
});

it("gives it a discover that begins at the introductions of the runtime", async () => {
  const wot = withDiscovery(client.wot, client.servient, {
    introductions: [`${server.base}/things`],
  });
  expect(await idsOf(await wot.discover())).toEqual(["urn:a", "urn:b"]);
  await expect(withDiscovery(client.wot, client.servient).discover()).rejects.toBeInstanceOf(
    InputError,
  );
});

it("finds the Things of a CoAP server by its links", async () => {
  const servient = new Servient();
  const coap = new CoapBindingServer({ port: 0 });
  servient.addServer(coap);
  const producer = await servient.start();
  for (const id of ["one", "two"]) {
    const td = tdOf(id, { properties: { p: { type: "number" } } });
    await (await producer.produce(td as WoT.ExposedThingInit)).expose();
  }
  const links = `coap://127.0.0.1:${coap.getPort()}/.well-known/core`;
  const wot = withDiscovery(client.wot, client.servient, { introductions: [links] });
  expect((await idsOf(await wot.discover())).sort()).toEqual(["urn:one", "urn:two"]);
  const nobody = withDiscovery(client.wot, client.servient, {
    introductions: ["coap://127.0.0.1:1/.well-known/core"],
    timeoutMs: 200,
  });
  const process = await nobody.discover();
  expect(await idsOf(process)).toEqual([]);
  expect(process.error).toMatchObject({ code: "DISCOVERY_FAILED" });
  await servient.shutdown();
});
