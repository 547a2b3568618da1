import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { type ConsumedThing, type RunningServient, startServient } from "../../../servient";
import { rejection, until } from "..";

/** libcoap's example server as a Thing: described without a single term of the CoAP binding. */
let server: ChildProcess;
let consumer: RunningServient;
let thing: ConsumedThing;

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

beforeAll(async () => {
  const port = await freePort();
  server = spawn("coap-server-notls", ["-A", "127.0.0.1", "-p", `${port}`], { stdio: "ignore" });
  consumer = await startServient({ name: "consumer", requestTimeoutMs: 5_000 });
  const text = { contentType: "text/plain" };
  thing = await consumer.wot.consume({
    "@context": "https://www.w3.org/2019/wot/td/v1",
    id: "urn:x:libcoap",
    title: "libcoap",
    base: `coap://127.0.0.1:${port}`,
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    security: "nosec_sc",
    properties: {
      time: {
        type: "string",
        readOnly: true,
        observable: true,
        forms: [
          { href: "/time", ...text },
          { href: "/time", ...text, op: ["observeproperty", "unobserveproperty"] },
        ],
      },
      data: { type: "string", forms: [{ href: "/example_data", ...text }] },
      nowhere: { type: "string", readOnly: true, forms: [{ href: "nosuch", ...text }] },
    },
    events: {
      tick: { data: { type: "string" }, forms: [{ href: "/time", ...text }] },
    },
  } as unknown as WoT.ThingDescription);
  let isUp = false;
  while (!isUp) {
    isUp = await thing.readProperty("time", { timeoutMs: 500 }).then(
      () => true,
      () => false,
    );
  }
}, 30_000);
afterAll(async () => {
  await consumer.stop();
  const exited = once(server, "exit");
  server.kill("SIGKILL");
  await exited;
});

const value = async (name: string): Promise<unknown> => (await thing.readProperty(name)).value();

describe("libcoap's example server, consumed", () => {
  it("is read by GET and written by PUT, in blocks where one datagram is too small", async () => {
    expect(await value("time")).toMatch(/\d\d:\d\d:\d\d/);
    for (const written of ["short", "L".repeat(4_000)]) {
      await thing.writeProperty("data", written);
      expect(await value("data")).toBe(written);
    }
  });

  it("is observed by GET with Observe until it stops, a property and an event alike", async () => {
    const changes: unknown[] = [];
    const ticks: unknown[] = [];
    const take = (list: unknown[]) => (output: WoT.InteractionOutput) => {
      void output.value().then((one) => list.push(one));
    };
    const observation = await thing.observeProperty("time", take(changes));
    // It keeps one observer for each client and resource: both have to share it.
    const subscription = await thing.subscribeEvent("tick", take(ticks));
    await until("a tick of its clock", () => changes.length >= 2 && ticks.length >= 1);
    await observation.stop();
    const before = ticks.length;
    await until("another", () => ticks.length > before);
    await subscription.stop();
    expect(changes.every((one) => /\d\d:\d\d:\d\d/.test(String(one)))).toBe(true);
  });

  it("refuses what it has not, with the status of its code", async () => {
    expect(await rejection(value("nowhere"))).toMatchObject({ status: 404 });
  });
});
