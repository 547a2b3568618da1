import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type RunningServient, startServient } from "@fogwot/core";
import { type RunningBroker, startBroker } from "@fogwot/mashups";
import { afterEach } from "@jest/globals";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export const INIT = {
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  id: "urn:test:heater",
  title: "heater",
  properties: {
    temperature: { type: "number", minimum: 0, readOnly: true, observable: true },
    target: { type: "integer", minimum: 5, maximum: 30 },
    pin: { type: "string", writeOnly: true },
  },
  actions: {
    heat: {
      input: {
        type: "object",
        required: ["minutes"],
        properties: { minutes: { type: "integer", minimum: 1 } },
      },
      output: { type: "boolean" },
      synchronous: true,
    },
    check: { output: { type: "string" }, safe: true, synchronous: true },
  },
  events: { hot: { data: { type: "number" } } },
};

/** A Thing that keeps its word over three bindings, and what was asked of it. */
export async function heater(init: object = INIT) {
  const broker: RunningBroker = await startBroker({ port: 0 });
  cleanups.push(() => broker.stop());
  const server: RunningServient = await startServient({
    name: "heater",
    http: { port: 0 },
    coap: { port: 0 },
    mqtt: { brokerUrl: broker.url, topicPrefix: "test" },
    clients: [],
  });
  cleanups.push(() => server.stop());
  const asked: string[] = [];
  const thing = await server.wot.produce(structuredClone(init) as never);
  thing.setPropertyReadHandler("temperature", async () => 21.5);
  thing.setPropertyReadHandler("target", async () => 20);
  thing.setPropertyWriteHandler("target", async (value) => {
    asked.push(`target ${await value.value()}`);
  });
  thing.setActionHandler("heat", async (input) => {
    asked.push(`heat ${JSON.stringify(await input.value())}`);
    return true;
  });
  thing.setActionHandler("check", async () => "ok");
  await thing.expose();
  return { td: thing.getThingDescription() as object, asked };
}

/** Answers by URL; a foreign server that need not keep its word. */
export async function foreign(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
