import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Rig, until } from "../compliance";
import type { HttpServerOptions } from "./options";
import { HttpBindingServer } from "./server/server";
import { openHttpHarness } from "./testing/harness";
import { sendMalformed } from "./testing/malformed";
import { RawConnection } from "./testing/raw";

describe("HTTP server under abuse", () => {
  const targets = {
    property: "/compliance-1/properties/level",
    action: "/compliance-1/actions/add",
  };

  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
  async function start(options: Partial<HttpServerOptions> = {}): Promise<Rig> {
    const rig = new Rig(await openHttpHarness(options), { title: "Compliance 1" });
    cleanups.push(() => rig.stop());
    return rig.start();
  }

  it("counts each of 10,000 malformed messages, answers others, and keeps no memory of them", async () => {
    const rig = await start();
    const port = rig.server.getPort();
    const thing = await rig.consume();
    await sendMalformed(port, targets, 2000);
    const warmMb = await heapMb();
    for (let round = 0; round < 4; round++) {
      await sendMalformed(port, targets, 2000, round + 2);
      expect(await (await thing.readProperty("serial")).value()).toBe("SN-0001");
    }
    expect(rig.server.counters.malformed).toBe(10_000);
    // 8,000 further messages: a kilobyte kept of each would be 8 MB.
    expect((await heapMb()) - warmMb).toBeLessThan(4);
  }, 60_000);

  it("survives connections that break off anywhere in a request", async () => {
    const rig = await start();
    const body = '{"a":1,"b":2}';
    const request =
      `POST ${targets.action} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`;
    for (let cut = 1; cut <= request.length; cut++) {
      const connection = new RawConnection(rig.server.getPort());
      await new Promise<void>((resolve) => {
        connection.socket.write(request.slice(0, cut), () => resolve());
      });
      if (cut % 2 === 0) connection.socket.resetAndDestroy();
      else connection.end();
    }
    const thing = await rig.consume();
    expect(await (await thing.invokeAction("add", { a: 1, b: 2 }))?.value()).toBe(3);
  });

  it("refuses connections beyond its maximum and takes new ones afterwards", async () => {
    const server = new HttpBindingServer({ port: 0, maxConnections: 3 });
    cleanups.push(() => server.stop());
    await server.start();
    const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const held = [1, 2, 3].map(() => new RawConnection(server.getPort()));
    for (const connection of held) connection.send(get);
    await until("three answers", () => held.every(({ received }) => received.includes("[]")));
    const refused = new RawConnection(server.getPort());
    refused.send(get);
    await refused.closed();
    expect(refused.received).toBe("");
    held[0]?.end();
    await held[0]?.closed();
    let answered = "";
    await until("a place", () => {
      if (answered === "") {
        const next = new RawConnection(server.getPort());
        next.send(get);
        next.socket.once("data", () => {
          answered = next.received;
          next.end();
        });
      }
      return answered.includes("[]");
    });
    for (const connection of held) connection.end();
  });

  it("gives up on a handler that never answers, with 504", async () => {
    const rig = await start({ responseTimeoutMs: 60 });
    const url = (rig.server as unknown as HttpBindingServer).baseUrl;
    const response = await fetch(`${url}/compliance-1/actions/slow`, { method: "POST" });
    expect([response.status, await response.json()]).toMatchObject([504, { code: "WAIT_TIMEOUT" }]);
  });
});

/** Heap in use once the collector has run and what waits to be closed is closed, MB. */
async function heapMb(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
    least = Math.min(least, process.memoryUsage().heapUsed / 1024 / 1024);
  }
  return least;
}
