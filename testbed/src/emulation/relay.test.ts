import * as dgram from "node:dgram";
import type { AddressInfo } from "node:net";
import { createRng, Link, type LinkSettings, silentLogger, systemClock } from "@fogwot/core";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Relay } from "./relay";

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A socket on a free loopback port, and everything it heard. */
async function peer() {
  const socket = dgram.createSocket("udp4");
  const heard: Buffer[] = [];
  let lastFrom: dgram.RemoteInfo | undefined;
  const waiting: (() => void)[] = [];
  socket.on("message", (datagram, from) => {
    heard.push(datagram);
    lastFrom = from;
    for (const wake of waiting.splice(0)) wake();
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  closers.push(() => socket.close());
  return {
    socket,
    heard,
    port: (socket.address() as AddressInfo).port,
    from: () => lastFrom,
    count: async (count: number) => {
      while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

async function relay(settings: Partial<LinkSettings>) {
  const link = new Link({ settings, rng: createRng(1, "test"), clock: systemClock });
  const made = new Relay({
    device: "wifi-1",
    host: "127.0.0.1",
    port: 0,
    link,
    clock: systemClock,
    log: silentLogger,
  });
  await made.start();
  closers.push(() => made.stop());
  return { relay: made, link, port: Number(made.address.split(":")[1]) };
}

function frame(type: number, sequence: number): Buffer {
  return Buffer.from([0xf0, 1, type, 0, sequence & 0xff, sequence >> 8, 0, 0, 0xaa, 0xbb]);
}

const QUERY = 1;
const READING = 2;
const PUSH = 5;

describe("Relay", () => {
  it("carries a query to the board and its reply back to whoever asked", async () => {
    const [board, driver] = [await peer(), await peer()];
    const { relay: own, port } = await relay({});
    own.connect({ host: "127.0.0.1", port: board.port });
    driver.socket.send(frame(QUERY, 7), port, "127.0.0.1");
    await board.count(1);
    expect(board.heard[0]).toEqual(frame(QUERY, 7));
    board.socket.send(frame(READING, 7), board.from()?.port ?? 0, "127.0.0.1");
    await driver.count(1);
    expect(driver.heard[0]).toEqual(frame(READING, 7));
    expect(driver.from()?.port).toBe(port);
  });

  it("draws one delay for the whole round trip and one fate for query and reply", async () => {
    const [board, driver] = [await peer(), await peer()];
    const { relay: own, link, port } = await relay({ baseMs: 40 });
    own.connect({ host: "127.0.0.1", port: board.port });
    const startMs = performance.now();
    driver.socket.send(frame(QUERY, 1), port, "127.0.0.1");
    await board.count(1);
    const heardMs = performance.now() - startMs;
    board.socket.send(frame(READING, 1), board.from()?.port ?? 0, "127.0.0.1");
    await driver.count(1);
    expect(heardMs).toBeGreaterThan(18);
    expect(performance.now() - startMs).toBeGreaterThan(38);
    expect(link.counters).toEqual({ sent: 1, lost: 0 });
  });

  it("lets nothing pass when it is cut, and everything again when it is restored", async () => {
    const [board, driver] = [await peer(), await peer()];
    const { relay: own, link, port } = await relay({});
    own.connect({ host: "127.0.0.1", port: board.port });
    link.cut();
    driver.socket.send(frame(QUERY, 1), port, "127.0.0.1");
    while (link.counters.lost === 0) await systemClock.sleep(1);
    link.restore();
    driver.socket.send(frame(QUERY, 2), port, "127.0.0.1");
    await board.count(1);
    expect(board.heard).toEqual([frame(QUERY, 2)]);
  });

  it("gives each of two drivers its own replies, even to the same sequence number", async () => {
    const [board, one, two] = [await peer(), await peer(), await peer()];
    const { relay: own, port } = await relay({});
    own.connect({ host: "127.0.0.1", port: board.port });
    one.socket.send(frame(QUERY, 5), port, "127.0.0.1");
    await board.count(1);
    const towardsOne = board.from()?.port ?? 0;
    two.socket.send(frame(QUERY, 5), port, "127.0.0.1");
    await board.count(2);
    const towardsTwo = board.from()?.port ?? 0;
    board.socket.send(frame(PUSH, 50), towardsTwo, "127.0.0.1");
    board.socket.send(frame(READING, 5), towardsOne, "127.0.0.1");
    await Promise.all([one.count(1), two.count(1)]);
    expect(one.heard).toEqual([frame(READING, 5)]);
    expect(two.heard).toEqual([frame(PUSH, 50)]);
  });

  it("carries what is no frame as well, as a radio would", async () => {
    const [board, driver] = [await peer(), await peer()];
    const { relay: own, port } = await relay({});
    own.connect({ host: "127.0.0.1", port: board.port });
    for (const noise of ["x", "", "not a frame at all"]) {
      driver.socket.send(Buffer.from(noise), port, "127.0.0.1");
    }
    await board.count(3);
    expect(board.heard.map(String).sort()).toEqual(["", "not a frame at all", "x"]);
  });

  it("refuses an address that is taken, and names it", async () => {
    const taken = await peer();
    const link = new Link({ settings: {}, rng: createRng(1), clock: systemClock });
    const own = new Relay({
      device: "wifi-1",
      host: "127.0.0.1",
      port: taken.port,
      link,
      clock: systemClock,
      log: silentLogger,
    });
    await expect(own.start()).rejects.toMatchObject({ code: "PORT_IN_USE", port: taken.port });
  });
});
