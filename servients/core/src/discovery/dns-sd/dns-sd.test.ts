import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { silentLogger } from "../../log";
import { ForeignServer, tdOf } from "../test/foreign-server";
import { withDiscovery } from "../with-discovery";
import { type Announcer, announce } from "./announce";
import { browse, readService } from "./browse";
import type { DnsSdSettings } from "./settings";

let settings: Required<DnsSdSettings>;
let server: ForeignServer;
let announcer: Announcer;

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

beforeAll(async () => {
  // Nobody but us: loopback, and not the port of multicast DNS.
  settings = { interface: "127.0.0.1", port: await freePort() };
  server = await ForeignServer.start();
  server.directory();
  server.on("/things", { body: [tdOf("a"), tdOf("b")] });
  server.on("/lamp", { body: tdOf("lamp") });
  announcer = announce(
    [
      { name: "Directory of test", url: `${server.base}/.well-known/wot`, type: "Directory" },
      { name: "Lamp", url: `${server.base}/lamp`, type: "Thing" },
      { name: "Lamp over CoAP", url: "coap://127.0.0.1:1/lamp", type: "Thing" },
    ],
    { ...settings, log: silentLogger },
  );
});
afterAll(async () => {
  await announcer.stop();
  await announcer.stop();
  await server.stop();
});

describe("DNS-SD", () => {
  it("finds what was announced: directory, Thing, and a Thing over UDP", async () => {
    const found = await browse({ ...settings, durationMs: 1_500 });
    expect(found.sort((one, other) => one.name.localeCompare(other.name))).toEqual([
      { name: "Directory of test", url: `${server.base}/.well-known/wot`, type: "Directory" },
      { name: "Lamp", url: `${server.base}/lamp`, type: "Thing" },
      { name: "Lamp over CoAP", url: "coap://127.0.0.1:1/lamp", type: "Thing" },
    ]);
  });

  it("is a method of the Scripting API's discovery, off unless it is asked for", async () => {
    const servient = {
      getClientFor: () => {
        throw new TypeError("no client");
      },
    };
    const none = {} as typeof WoT;
    const wot = withDiscovery(none, servient, { dnsSd: { ...settings, durationMs: 1_500 } });
    const ids: (string | undefined)[] = [];
    for await (const td of await wot.discover({ method: "multicast" } as WoT.ThingFilter)) {
      ids.push(td.id);
    }
    expect(ids.sort()).toEqual(["urn:a", "urn:b", "urn:lamp"]);
    await expect(wot.discover()).rejects.toMatchObject({ code: "INPUT" });
  });

  it("ends at once when it is given up", async () => {
    const aborting = new AbortController();
    const found = browse({ ...settings, durationMs: 60_000, signal: aborting.signal });
    aborting.abort();
    expect(await found).toEqual([]);
  });

  it.each([
    [{ td: "//evil.example/td", scheme: "http" }],
    [{ td: "relative", scheme: "http" }],
    [{ td: "/td", scheme: "file" }],
    [{ td: "/td", scheme: "http://x/?" }],
    [{}],
    [undefined],
  ])("passes over %j, which leads to no description", (txt) => {
    expect(readService({ name: "x", port: 80, addresses: ["127.0.0.1"], txt })).toBeUndefined();
  });
});
