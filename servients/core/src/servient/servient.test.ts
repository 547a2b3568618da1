import { createServer } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { InsecureBindError, PortInUseError } from "../errors";
import { BINDING_NAMES } from "./binding-name";
import { bindingsOf, pinBinding } from "./pin-binding";
import { type RunningServient, startServient } from "./servient";

const LAMP = {
  title: "lamp",
  id: "urn:test:lamp",
  properties: { isOn: { type: "boolean", readOnly: true } },
} as const;

async function exposeLamp(server: RunningServient) {
  const lamp = await server.wot.produce(structuredClone(LAMP) as never);
  lamp.setPropertyReadHandler("isOn", async () => true);
  await lamp.expose();
  return lamp.getThingDescription();
}

describe("startServient", () => {
  it.each(["http", "coap"] as const)(
    "serves a Thing over %s that its client role reads",
    async (binding) => {
      const server = await startServient({ name: "server", [binding]: { port: 0 }, clients: [] });
      const client = await startServient({ name: "client", requestTimeoutMs: 5_000 });
      try {
        const td = await exposeLamp(server);
        expect(server.ports[binding]).toBeGreaterThan(0);
        expect(bindingsOf(td)).toEqual([binding]);
        const lamp = await client.wot.consume(pinBinding(td, binding));
        expect(await (await lamp.readProperty("isOn")).value()).toBe(true);
      } finally {
        await Promise.all([server.stop(), client.stop()]);
      }
    },
  );

  it("tells what each of its servers has counted, and nothing of a stock one", async () => {
    const server = await startServient({
      name: "server",
      http: { port: 0 },
      coap: { port: 0, stock: true },
      clients: [],
    });
    try {
      await exposeLamp(server);
      const url = `http://127.0.0.1:${server.ports.http}/lamp/properties/isOn`;
      const json = { "content-type": "application/json" };
      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(url, { method: "POST", headers: json, body: "{" })).ok).toBe(false);
      expect(server.counters.http).toMatchObject({ requests: 2, errors: 1 });
      expect(Object.keys(server.counters)).toEqual(["http"]);
    } finally {
      await server.stop();
    }
  });

  it("offers node-wot's own bindings as a baseline that our client can read", async () => {
    const server = await startServient({
      name: "stock",
      http: { port: 0, stock: true },
      clients: [],
    });
    const client = await startServient({ name: "client", requestTimeoutMs: 5_000 });
    try {
      const lamp = await client.wot.consume(await exposeLamp(server));
      expect(await (await lamp.readProperty("isOn")).value()).toBe(true);
    } finally {
      await Promise.all([server.stop(), client.stop()]);
    }
  });

  it("leaves no server running when one of them cannot start", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const failing = startServient({ name: "x", http: { port }, coap: { port: 0 } });
    await expect(failing).rejects.toBeInstanceOf(PortInUseError);
    await new Promise((resolve) => taken.close(resolve));
  });

  it("refuses to serve other machines unprotected", async () => {
    const failing = startServient({ name: "x", http: { host: "0.0.0.0", port: 0 } });
    await expect(failing).rejects.toBeInstanceOf(InsecureBindError);
  });

  it("has clients for every binding", async () => {
    const client = await startServient({ name: "client" });
    expect(client.servient.getClientSchemes()).toEqual(expect.arrayContaining([...BINDING_NAMES]));
    await client.stop();
  });
});
