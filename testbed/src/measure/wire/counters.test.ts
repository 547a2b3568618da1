import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type RunningServient, startServient } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { trafficIn } from "./interface-counter";
import { socketCounter } from "./socket-counter";

describe("interfaceCounter", () => {
  it("sums up what nft tells of the wanted ports and no others", () => {
    const element = (protocol: string, port: number, packets: number, bytes: number) => ({
      elem: { val: { concat: [protocol, port] }, counter: { packets, bytes } },
    });
    const set = {
      elem: [
        element("udp", 5683, 93, 5580),
        element("tcp", 5683, 7, 70),
        element("tcp", 80, 1, 40),
      ],
    };
    const text = JSON.stringify({ nftables: [{ metainfo: {} }, { set }] });
    const ports = [
      { protocol: "udp", port: 5683 },
      { protocol: "tcp", port: 80 },
    ];
    expect(trafficIn(text, ports)).toEqual({ packets: 94, bytes: 5620 });
    expect(trafficIn(JSON.stringify({ nftables: [{ set: {} }] }), ports)).toEqual({
      packets: 0,
      bytes: 0,
    });
  });
});

describe("socketCounter", () => {
  it("counts each byte that a client reads and writes, by the server's port", async () => {
    const counter = socketCounter();
    const server = http.createServer((_request, response) => response.end("x".repeat(1_000)));
    const carried = new Promise<number>((resolve) => {
      server.on("connection", (socket) =>
        socket.once("close", () => resolve(socket.bytesRead + socket.bytesWritten)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      await (await fetch(`http://127.0.0.1:${port}`)).text();
      const open = await counter.read([{ protocol: "tcp", port }]);
      server.close();
      server.closeAllConnections();
      expect(open).toEqual({ bytes: await carried, packets: null });
      expect(open.bytes).toBeGreaterThan(1_000);
      expect(await counter.read([{ protocol: "udp", port }])).toEqual({ bytes: 0, packets: null });
    } finally {
      counter.stop();
    }
  });

  it("counts the datagrams of a CoAP client both ways", async () => {
    const counter = socketCounter();
    let servient: RunningServient | undefined;
    try {
      servient = await startServient({ name: "counted", coap: { port: 0 }, clients: ["coap"] });
      const port = servient.ports.coap ?? 0;
      const { wot } = servient;
      await wot.requestThingDescription(`coap://127.0.0.1:${port}/none`).catch(() => undefined);
      // 4 bytes of header, 8 of token, options; the answer has problem details.
      const { bytes } = await counter.read([{ protocol: "udp", port }]);
      expect(bytes).toBeGreaterThan(2 * 12 + 5);
      expect(bytes).toBeLessThan(1_000);
    } finally {
      counter.stop();
      await servient?.stop();
    }
  });
});
