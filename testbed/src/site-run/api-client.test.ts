import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock, UnreachableError, WaitTimeoutError } from "@fogwot/core";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createApiClient } from "./api-client";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** A client with a limit of 800 ms at a server that answers as told. */
async function clientOf(answer: (response: ServerResponse) => void) {
  server = createServer((_, response) => answer(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return createApiClient(`http://127.0.0.1:${port}`, "token", { timeoutMs: 800 });
}

describe("the API client", () => {
  it("takes an export that lasts longer than its limit, as long as it goes on", async () => {
    const client = await clientOf((response) => {
      void (async () => {
        for (let n = 0; n < 10; n++) {
          response.write(`${n}\n`);
          await systemClock.sleep(120);
        }
        response.end();
      })();
    });
    const text = await (await client.open("GET", "/export")).text();
    expect(text.split("\n")).toHaveLength(11);
  });

  it("lets a slow reader take its time", async () => {
    const client = await clientOf((response) => void response.end("x".repeat(4_000_000)));
    const { body } = await client.open("GET", "/export");
    let bytes = 0;
    for await (const chunk of body ?? []) {
      if (bytes === 0) await systemClock.sleep(1_200);
      bytes += (chunk as Uint8Array).length;
    }
    expect(bytes).toBe(4_000_000);
  });

  it("gives up on an export that stands still, and on a server that says nothing", async () => {
    const stalled = await clientOf((response) => void response.write("half"));
    const response = await stalled.open("GET", "/export");
    await expect(response.text()).rejects.toBeInstanceOf(WaitTimeoutError);
    await expect(stalled.request("GET", "/status")).rejects.toBeInstanceOf(WaitTimeoutError);
    server?.close();
    server?.closeAllConnections();
    const mute = await clientOf(() => undefined);
    await expect(mute.open("GET", "/export")).rejects.toBeInstanceOf(UnreachableError);
  });
});
