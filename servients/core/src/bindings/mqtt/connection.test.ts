import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { UnreachableError } from "../../errors";
import { silentLogger } from "../../log";
import { rejection, until } from "../compliance";
import { parseBrokerUrl } from "./broker-url";
import { BrokerConnection, type BrokerConnectionOptions } from "./connection";
import { freePort, startAedes, startMosquitto, type TestBroker } from "./test/brokers";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function broker(start: () => Promise<TestBroker>): Promise<TestBroker> {
  const started = await start();
  cleanups.push(() => started.stop());
  return started;
}

interface Opened {
  readonly connection: BrokerConnection;
  /** `topic text` of what arrived. */
  readonly received: string[];
}

let names = 0;

function open(url: string, options: Partial<BrokerConnectionOptions> = {}): Opened {
  const received: string[] = [];
  const connection = new BrokerConnection({
    address: parseBrokerUrl(url),
    clientId: `test-${process.pid}-${++names}`,
    log: silentLogger,
    onMessage: (topic, payload) => received.push(`${topic} ${payload.toString()}`),
    ...options,
  });
  cleanups.push(() => connection.stop());
  connection.start();
  return { connection, received };
}

const BROKERS = [
  { name: "aedes", start: startAedes as () => Promise<TestBroker>, version: 4 },
  { name: "mosquitto", start: startMosquitto, version: 5 },
];

describe.each(BROKERS)("a connection to $name", ({ start, version }) => {
  it(`speaks ${version === 5 ? "MQTT 5" : "MQTT 3.1.1"} without being told`, async () => {
    const { url } = await broker(start);
    const { connection } = open(url);
    await connection.whenReady(10_000);
    expect(connection.protocolVersion).toBe(version);
    expect(connection.counters).toEqual({ connects: 1, disconnects: 0, received: 0 });
  });

  it("carries a QoS 1 ping-pong without waiting for delayed acknowledgements, after a reconnection too", async () => {
    const own = await broker(start);
    const echo = open(own.url, {
      onMessage: (_topic, payload) =>
        echo.connection.outbox.publish({ topic: "pong", payload, qos: 1 }),
    });
    let pong = () => {};
    const ping = open(own.url, { onMessage: () => pong() });
    const both = [echo.connection, ping.connection];
    const fastestMs = async (): Promise<number> => {
      for (const connection of both) await connection.whenReady(20_000);
      await echo.connection.subscriptions.subscribe(["ping"], { qos: 1 });
      await ping.connection.subscriptions.subscribe(["pong"], { qos: 1 });
      const timesMs: number[] = [];
      for (let round = 0; round < 40; round++) {
        const beganMs = performance.now();
        await new Promise<void>((resolve) => {
          pong = resolve;
          ping.connection.outbox.publish({ topic: "ping", payload: "x", qos: 1 });
        });
        timesMs.push(performance.now() - beganMs);
      }
      return Math.min(...timesMs);
    };
    // With Nagle's algorithm every round waits 40 ms or more; the best of forty tells a loaded
    // machine from that.
    expect(await fastestMs()).toBeLessThan(20);
    await own.kill();
    await until("the loss to be noticed", () => both.every(({ isReady }) => !isReady));
    await own.restart();
    expect(await fastestMs()).toBeLessThan(20);
  }, 30_000);

  it("comes back after the broker's death, with its subscriptions and what must not be lost", async () => {
    const own = await broker(start);
    const { connection, received } = open(own.url);
    await connection.whenReady(10_000);
    await connection.subscriptions.subscribe(["a/+", "b"], { qos: 1 });
    await own.kill();
    await until("the loss to be noticed", () => !connection.isReady);
    const failures: unknown[] = [];
    const onResult = (error: Error | undefined) => failures.push(error);
    connection.outbox.publish({ topic: "a/kept", payload: "1", qos: 1 });
    connection.outbox.publish({
      topic: "a/stale",
      payload: "2",
      qos: 1,
      perishable: true,
      onResult,
    });
    await own.restart();
    await connection.whenReady(20_000);
    connection.outbox.publish({ topic: "b", payload: "3", qos: 1 });
    await until("the messages", () => received.length >= 2);
    expect(received).toEqual(["a/kept 1", "b 3"]);
    expect(failures).toEqual([expect.any(UnreachableError)]);
    expect(connection.counters).toMatchObject({ connects: 2, disconnects: 1 });
    expect(connection.protocolVersion).toBe(version);
  }, 30_000);

  it("counts the owners of a filter and subscribes it once", async () => {
    const { url } = await broker(start);
    const { connection, received } = open(url);
    await connection.whenReady(10_000);
    const { subscriptions, outbox } = connection;
    await Promise.all([1, 2].map(() => subscriptions.subscribe(["t"], { qos: 1 })));
    expect(subscriptions.size).toBe(1);
    await subscriptions.unsubscribe(["t"]);
    outbox.publish({ topic: "t", payload: "once", qos: 1 });
    await until("the message", () => received.length > 0);
    // Leaving and coming again at once must not end up outside.
    const leaving = subscriptions.unsubscribe(["t"]);
    const coming = subscriptions.subscribe(["t"], { qos: 1 });
    await Promise.all([leaving, coming]);
    outbox.publish({ topic: "t", payload: "again", qos: 1 });
    await until("the message", () => received.length > 1);
    expect(received).toEqual(["t once", "t again"]);
    await subscriptions.unsubscribe(["t"]);
    expect(subscriptions.size).toBe(0);
  });

  it("stops twice, and a stopped one answers that it is", async () => {
    const { url } = await broker(start);
    const { connection } = open(url);
    await connection.whenReady(10_000);
    await Promise.all([connection.stop(), connection.stop()]);
    const results: unknown[] = [];
    const onResult = (error: Error | undefined) => results.push(error?.name);
    connection.outbox.publish({ topic: "t", payload: "", qos: 0, onResult });
    expect(results).toEqual(["UnreachableError"]);
    expect(connection.isReady).toBe(false);
  });
});

describe("a connection", () => {
  it("sends 20,000 messages of one tick, in order and within the broker's Receive Maximum", async () => {
    const { url } = await broker(startMosquitto);
    const count = 20_000;
    const { connection, received } = open(url);
    await connection.whenReady(10_000);
    await connection.subscriptions.subscribe(["t"], { qos: 1 });
    for (let n = 0; n < count; n++)
      connection.outbox.publish({ topic: "t", payload: `${n}`, qos: 1 });
    await until("all of them", () => received.length >= count, 60_000);
    expect(received).toEqual(Array.from({ length: count }, (_, n) => `t ${n}`));
    expect(connection.outbox.counters).toEqual({ published: count, failed: 0, dropped: 0 });
  }, 90_000);

  it("drops the oldest of what waits for a broker beyond the maximum, and counts it", async () => {
    const { connection } = open(`mqtt://127.0.0.1:${await freePort()}`, { maxQueued: 3 });
    const results: (string | undefined)[] = [];
    for (const payload of ["1", "2", "3", "4", "5"]) {
      const onResult = (error: Error | undefined) => results.push(`${payload} ${error?.name}`);
      connection.outbox.publish({ topic: "t", payload, qos: 1, onResult });
    }
    expect(results).toEqual(["1 OverloadedError", "2 OverloadedError"]);
    expect(connection.outbox.counters.dropped).toBe(2);
  });

  it("says why it is not ready, within the time-out", async () => {
    const { connection } = open(`mqtt://127.0.0.1:${await freePort()}`);
    await connection.firstOutcome(10_000);
    const error = await rejection(connection.whenReady(50));
    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toContain("ECONNREFUSED");
  });

  it("leaves no timer and no socket behind when it is stopped before it ever stood", async () => {
    const resources = () =>
      process
        .getActiveResourcesInfo()
        .filter((kind) => kind === "Timeout" || kind.startsWith("TCP"));
    const before = resources().length;
    const { connection } = open(`mqtt://127.0.0.1:${await freePort()}`);
    await connection.firstOutcome(10_000);
    expect(resources().length).toBeGreaterThan(before);
    await connection.stop();
    await until("everything to be gone", () => resources().length <= before);
  });

  it("tries MQTT 3.1.1 with a broker that hangs up on MQTT 5", async () => {
    const versions: number[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("data", (data) => {
        // CONNECT: fixed header, length, "MQTT", version.
        const version = data[8] ?? 0;
        versions.push(version);
        if (version === 5) socket.destroy();
        else socket.write(Buffer.from([0x20, 2, 0, 0]));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    });
    const { connection } = open(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await connection.whenReady(10_000);
    expect(versions).toEqual([5, 4]);
    expect(connection.protocolVersion).toBe(4);
  });

  it("keeps trying a broker that is silent, and stops all the same", async () => {
    const server = createServer((socket) => socket.resume());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { connection } = open(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await rejection(connection.whenReady(100));
    await connection.stop();
    server.close();
    await once(server, "close");
  });
});

describe("parseBrokerUrl", () => {
  it("splits user information off, so that it is in no form and no log", () => {
    expect(parseBrokerUrl("mqtt://me:s%3Acret@broker.example")).toEqual({
      scheme: "mqtt",
      host: "broker.example",
      port: 1883,
      href: "mqtt://broker.example:1883",
      username: "me",
      password: "s:cret",
    });
    expect(parseBrokerUrl("mqtts://[::1]:99/x")).toMatchObject({
      host: "::1",
      port: 99,
      href: "mqtts://[::1]:99",
    });
  });

  it("refuses what is no broker, without repeating a password", () => {
    for (const url of ["http://me:secret@x", "broker", "mqtt://", ""]) {
      expect(() => parseBrokerUrl(url)).toThrow("wanted mqtt://host:port");
      expect(() => parseBrokerUrl(url)).not.toThrow("secret");
    }
  });
});
