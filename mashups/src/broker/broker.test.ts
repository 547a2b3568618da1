import { type EventEmitter, once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  InsecureBindError,
  makeAuthority,
  makeServerCertificate,
  PortInUseError,
  systemClock,
} from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { connect, connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { type BrokerOptions, type RunningBroker, startBroker } from ".";

const running: RunningBroker[] = [];
const clients: (MqttClient | Socket)[] = [];

async function start(options: Partial<BrokerOptions> = {}): Promise<RunningBroker> {
  const broker = await startBroker({ port: 0, ...options });
  running.push(broker);
  return broker;
}

async function client(broker: RunningBroker, options: IClientOptions = {}): Promise<MqttClient> {
  const connected = await connectAsync(broker.url, { reconnectPeriod: 0, ...options });
  clients.push(connected);
  return connected;
}

const eventOf = (emitter: MqttClient, name: "close" | "error"): Promise<unknown[]> =>
  once(emitter as unknown as EventEmitter, name);

/** Topics in the order of arrival, and a promise of the one that ends the test. */
function listen(subscriber: MqttClient, last: string) {
  const topics: string[] = [];
  const done = new Promise<void>((resolve) => {
    subscriber.on("message", (topic) => {
      topics.push(topic);
      if (topic === last) resolve();
    });
  });
  return { topics, done };
}

afterEach(async () => {
  for (const one of clients.splice(0)) {
    if ("end" in one && "publish" in one) one.end(true);
    else (one as Socket).destroy();
  }
  for (const broker of running.splice(0)) await broker.stop();
});

describe("startBroker", () => {
  it("takes a free port, says where, and carries messages of every QoS", async () => {
    const broker = await start();
    expect(broker.url).toBe(`mqtt://127.0.0.1:${broker.port}`);
    const subscriber = await client(broker);
    await subscriber.subscribeAsync("#", { qos: 2 });
    const { topics, done } = listen(subscriber, "end");
    const publisher = await client(broker);
    for (const qos of [0, 1, 2] as const) await publisher.publishAsync(`t/${qos}`, "x", { qos });
    publisher.publish("end", "");
    await done;
    expect(topics).toEqual(["t/0", "t/1", "t/2", "end"]);
    expect(broker.counters).toMatchObject({ clients: 2, connections: 2, published: 4, faults: 0 });
  });

  it("loses no retained value that other messages follow in the same read of the socket", async () => {
    const broker = await start();
    const subscriber = await client(broker);
    await subscriber.subscribeAsync("#", { qos: 1 });
    const { topics, done } = listen(subscriber, "end");
    const publisher = await client(broker);
    const sent: string[] = [];
    const publish = (topic: string, retain: boolean, qos: 0 | 1) => {
      sent.push(topic);
      publisher.publish(topic, "x", { retain, qos });
    };
    for (let i = 0; i < 100; i++) {
      publish(`a/${i}`, true, 0);
      publish(`b/${i}`, false, 0);
      publish(`c/${i}`, false, 1);
      publish(`d/${i}`, true, 1);
    }
    publish("end", false, 1);
    await done;
    expect([...topics].sort()).toEqual([...sent].sort());
  });

  it("gives a new subscriber the retained messages its filter matches, and no others", async () => {
    const broker = await start();
    const publisher = await client(broker);
    const publish = (topic: string, text = "x") =>
      publisher.publishAsync(topic, text, { retain: true, qos: 1 });
    for (const topic of ["s/n/d/p", "s/n/e/p", "s/n", "s/n/d/p/q", "t/n/d/p"]) await publish(topic);
    await publish("s/n/gone/p");
    await publish("s/n/gone/p", "");
    await publish("end");
    const matched = async (filter: string): Promise<string[]> => {
      const subscriber = await client(broker);
      const { topics, done } = listen(subscriber, "end");
      // What is retained is sent in the order of the filters.
      await subscriber.subscribeAsync([filter, "end"], { qos: 1 });
      await done;
      return topics.filter((topic) => topic !== "end").sort();
    };
    expect(await matched("s/n/+/p")).toEqual(["s/n/d/p", "s/n/e/p"]);
    expect(await matched("s/n/#")).toEqual(["s/n", "s/n/d/p", "s/n/d/p/q", "s/n/e/p"]);
    expect(await matched("+/n/d/p")).toEqual(["s/n/d/p", "t/n/d/p"]);
    expect(await matched("s/n/d/p")).toEqual(["s/n/d/p"]);
    expect(broker.counters.retained).toBe(6);
  });

  it("publishes the will of a client whose connection breaks", async () => {
    const broker = await start();
    const subscriber = await client(broker);
    await subscriber.subscribeAsync("will/#", { qos: 1 });
    const { done } = listen(subscriber, "will/dying");
    const dying = await client(broker, {
      will: { topic: "will/dying", payload: Buffer.from("x"), qos: 1 },
    });
    dying.stream.destroy();
    await done;
  });

  it("names the port that another program holds", async () => {
    const { port } = await start();
    const refused = await start({ port }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PortInUseError);
    expect((refused as PortInUseError).port).toBe(port);
  });

  it("refuses an address other machines reach, unless told that it is meant", async () => {
    await expect(start({ host: "0.0.0.0" })).rejects.toBeInstanceOf(InsecureBindError);
    const broker = await start({ host: "0.0.0.0", insecure: true });
    expect(broker.host).toBe("0.0.0.0");
  });

  it("stops with clients connected, twice, and frees the port", async () => {
    const broker = await start();
    const connected = await client(broker);
    const halfOpen = connectTcp(broker.port, "127.0.0.1");
    clients.push(halfOpen);
    await once(halfOpen, "connect");
    const closed = eventOf(connected, "close");
    await Promise.all([broker.stop(), broker.stop()]);
    await closed;
    const again = await start({ port: broker.port });
    expect(again.port).toBe(broker.port);
  });
});

describe("the broker's limits", () => {
  let broker: RunningBroker;

  beforeEach(async () => {
    broker = await start({ maxClients: 2, maxPacketBytes: 10_000, maxRetained: 3 });
  });

  it("tell a client too many that the server is unavailable", async () => {
    await client(broker);
    await client(broker);
    const third = connect(broker.url, { reconnectPeriod: 0 });
    clients.push(third);
    const [error] = await eventOf(third, "error");
    expect((error as { code: number }).code).toBe(3);
    expect(broker.counters).toMatchObject({ clients: 2, refused: 1 });
  });

  it("end a client that announces a packet too large, before its bytes are there", async () => {
    const witness = await client(broker);
    const socket = connectTcp(broker.port, "127.0.0.1");
    clients.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    // CONNECT with a remaining length of 268,435,455 and not one byte of it.
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0x00]));
    await once(socket, "close");
    expect(broker.counters.faults).toBe(1);
    await witness.publishAsync("t", "still here", { qos: 1 });
    const published = await client(broker);
    const closed = eventOf(published, "close");
    published.publish("t", Buffer.alloc(10_001), { qos: 1 });
    await closed;
    expect(broker.counters.faults).toBe(2);
  });

  it("end a client that retains more than the maximum", async () => {
    const publisher = await client(broker);
    for (const n of [1, 2, 3, 3])
      await publisher.publishAsync(`r/${n}`, "x", { retain: true, qos: 1 });
    const closed = eventOf(publisher, "close");
    publisher.publish("r/4", "x", { retain: true, qos: 1 });
    await closed;
    expect(broker.counters.retained).toBe(3);
  });

  it("count garbage and keep serving", async () => {
    const garbage = [
      "GET / HTTP/1.1\r\n\r\n",
      "\u0000\u0000\u0000\u0000",
      "\u00ff\u00ff\u00ff\u00ff\u00ff",
    ];
    for (const text of garbage) {
      const socket = connectTcp(broker.port, "127.0.0.1");
      clients.push(socket);
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(Buffer.from(text, "latin1"));
      await once(socket, "close");
    }
    expect(broker.counters.faults).toBe(garbage.length);
    await (await client(broker)).publishAsync("t", "x", { qos: 1 });
  });

  it("end a client that does not read, while the others are served", async () => {
    const own = await start({ maxBacklogBytes: 200_000 });
    const lazy = connectTcp(own.port, "127.0.0.1");
    clients.push(lazy);
    lazy.on("error", () => undefined);
    await once(lazy, "connect");
    // CONNECT as "lazy", SUBSCRIBE to "#"; and then not one byte is read.
    lazy.write(Buffer.from("101000044d5154540402003c00046c617a798206000100012300", "hex"));
    lazy.pause();
    const subscriber = await client(own);
    await subscriber.subscribeAsync("end");
    const { done } = listen(subscriber, "end");
    const publisher = await client(own);
    const text = Buffer.alloc(50_000, "x");
    for (let n = 0; n < 400 && own.counters.faults === 0; n++) {
      await publisher.publishAsync("load", text, { qos: 1 });
    }
    publisher.publish("end", "");
    await done;
    expect(own.counters.faults).toBe(1);
  });
});

describe("startBroker over TLS", () => {
  it("shows new clients the certificate that its files hold now, and keeps those it has", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "fogwot-broker-"));
    const files = { key: path.join(folder, "server.key"), cert: path.join(folder, "server.crt") };
    const write = async (): Promise<string> => {
      const authority = await makeAuthority("plant", systemClock, 1);
      const made = { authority, hosts: ["127.0.0.1"], clock: systemClock, days: 1 };
      const { key, certificate } = await makeServerCertificate(made);
      await writeFile(files.key, key, { mode: 0o600 });
      await writeFile(files.cert, certificate);
      return authority.certificate;
    };
    try {
      const first = await write();
      const broker = await start({ tls: { ...files, reloadMs: 5 } });
      const before = await client(broker, { ca: first });
      const second = await write();
      const trusts = (ca: string): Promise<boolean> =>
        client(broker, { ca }).then(
          () => true,
          () => false,
        );
      while (!(await trusts(second)));
      expect(await trusts(first)).toBe(false);
      await before.publishAsync("still/here", "x", { qos: 1 });
      expect(broker.counters.published).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
