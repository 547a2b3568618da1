import type { Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type ExposedThing, Servient } from "@node-wot/core";
import { rejection, until } from "../compliance";
import { writeProperty } from "../interaction";
import { MqttBindingServer } from ".";
import { freePort, startAedes, startMosquitto, type TestBroker } from "./test/brokers";
import { type Listener, listenTo } from "./test/messages";
import { implementSensor, sensorInit, startSensor, type TestSensor } from "./test/sensor";

describe.each([
  { name: "aedes", start: startAedes as () => Promise<TestBroker> },
  { name: "mosquitto", start: startMosquitto },
])("MqttBindingServer over $name", ({ start }) => {
  let broker: TestBroker;
  const cleanups: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    broker = await start();
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
  afterAll(() => broker.stop());

  async function sensorOf(options: Parameters<typeof startSensor>[1] = {}): Promise<TestSensor> {
    const sensor = await startSensor(broker.url, options);
    cleanups.push(() => sensor.stop());
    return sensor;
  }
  async function listen(filters: string | string[]): Promise<Listener> {
    const listener = await listenTo(broker.url, filters);
    cleanups.push(() => listener.stop());
    return listener;
  }

  it("retains each property's value when exposed and whenever the Thing tells of a change", async () => {
    const sensor = await sensorOf();
    const topic = `${sensor.base}/properties/temperature`;
    const first = await listen(`${sensor.base}/#`);
    await first.count(topic, 1);
    expect(first.messages.every(({ packet }) => packet.retain)).toBe(true);
    for (const value of [22, 23]) {
      sensor.values.temperature = value;
      await sensor.thing.emitPropertyChange("temperature");
    }
    expect(await first.count(topic, 3)).toEqual(["21.5", "22", "23"]);
    const later = await listen(topic);
    expect(await later.count(topic, 1)).toEqual(["23"]);
  });

  it("retains the change of a property that is not observable, too, and does not offer to observe it", async () => {
    const sensor = await sensorOf();
    const topic = `${sensor.base}/properties/uptime`;
    const listener = await listen(topic);
    sensor.values.uptime = 2;
    await sensor.thing.emitPropertyChange("uptime");
    expect((await listener.count(topic, 2)).at(-1)).toBe("2");
    expect(JSON.stringify(sensor.td.properties?.uptime)).not.toContain("observe");
  });

  it.each([0, 1, 2] as const)("answers a request of QoS %i with the same", async (qos) => {
    const sensor = await sensorOf();
    const answer = `${sensor.base}/properties/temperature/response/one`;
    const listener = await listen(`${sensor.base}/none`);
    await listener.client.subscribeAsync(answer, { qos: 2 });
    const request = `${sensor.base}/properties/temperature/get/one`;
    await listener.client.publishAsync(request, "", { qos });
    expect(await listener.count(answer, 1)).toEqual(["21.5"]);
    expect(listener.messages[0]?.packet.qos).toBe(qos);
  });

  it("retains a value written over another binding", async () => {
    const sensor = await sensorOf();
    const topic = `${sensor.base}/properties/samplingInterval`;
    const listener = await listen(topic);
    const payload = { type: "application/json", body: Buffer.from("2500") };
    const exposed = sensor.thing as unknown as ExposedThing;
    await writeProperty(exposed, "samplingInterval", payload, { formIndex: 0 });
    expect(await listener.count(topic, 2)).toEqual(["1000", "2500"]);
  });

  it("retains what changed without the Thing saying so, after a while", async () => {
    const sensor = await sensorOf({ refreshMs: 20 });
    const listener = await listen(`${sensor.base}/properties/+`);
    sensor.values.uptime = 42;
    expect(await listener.count(`${sensor.base}/properties/uptime`, 2)).toEqual(["1", "42"]);
    // What has not changed is not repeated; the broker may send retained values in any order.
    await listener.count(`${sensor.base}/properties/status`, 1);
    expect(listener.on(`${sensor.base}/properties/status`)).toEqual(['"online"']);
  });

  it("forgets a destroyed Thing: no retained message, no subscription, no listener", async () => {
    const sensor = await sensorOf();
    const listener = await listen(`${sensor.base}/#`);
    await listener.count(`${sensor.base}/properties/uptime`, 1);
    await sensor.thing.destroy();
    await listener.count(`${sensor.base}/properties/uptime`, 2);
    await listener.count(sensor.base, 2);
    const later = await listen([`${sensor.base}/#`, sensor.server.availabilityTopic]);
    await later.count(sensor.server.availabilityTopic, 1);
    expect(later.messages.map(({ topic }) => topic)).toEqual([sensor.server.availabilityTopic]);
  });

  it("says offline for its Things and itself when it is stopped", async () => {
    const sensor = await startSensor(broker.url);
    await sensor.stop();
    const status = `${sensor.base}/properties/status`;
    const later = await listen([status, sensor.server.availabilityTopic]);
    expect(await later.count(status, 1)).toEqual(['"offline"']);
    expect(await later.count(sensor.server.availabilityTopic, 1)).toEqual(['"offline"']);
  });

  it("handles each message once, however many Things there are, and each by its own Thing", async () => {
    const topicPrefix = `fogwot/many-${process.pid}`;
    const server = new MqttBindingServer({ brokerUrl: broker.url, topicPrefix });
    const servient = new Servient();
    servient.addServer(server);
    const wot = await servient.start();
    cleanups.push(() => servient.shutdown());
    const controls: ReturnType<typeof implementSensor>[] = [];
    const bases: string[] = [];
    for (let n = 0; n < 20; n++) {
      const thing = await wot.produce(sensorInit(`urn:many:${n}`, "Same title / + # %"));
      controls.push(implementSensor(thing));
      await thing.expose();
      bases.push(topicOf(thing.getThingDescription()));
    }
    expect(new Set(bases).size).toBe(20);
    const client = await listen("none");
    for (const [n, base] of bases.entries()) {
      await client.client.publishAsync(`${base}/actions/getData`, `{"timeoutMs":${n}}`, { qos: 1 });
    }
    await until("all invocations", () =>
      controls.every(({ invocations }) => invocations.length > 0),
    );
    expect(controls.map(({ invocations }) => invocations)).toEqual(
      bases.map((_, n) => [{ timeoutMs: n }]),
    );
    expect(server.counters).toMatchObject({ requests: 20, errors: 0, malformed: 0 });
  });
});

describe("MqttBindingServer", () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  async function start<B extends TestBroker>(startBroker: () => Promise<B>): Promise<B> {
    const broker = await startBroker();
    cleanups.push(() => broker.stop());
    return broker;
  }
  async function sensorAt(...args: Parameters<typeof startSensor>): Promise<TestSensor> {
    const sensor = await startSensor(...args);
    cleanups.push(() => sensor.stop());
    return sensor;
  }
  async function listen(...args: Parameters<typeof listenTo>): Promise<Listener> {
    const listener = await listenTo(...args);
    cleanups.push(() => listener.stop());
    return listener;
  }
  const clientsOf = (broker: { broker(): unknown }) =>
    (broker.broker() as { clients: Record<string, { conn: Socket; subscriptions: object }> })
      .clients;

  it("starts without a broker, and serves as soon as there is one", async () => {
    const broker = await start(startAedes);
    await broker.kill();
    const sensor = await sensorAt(broker.url);
    expect(sensor.server.isConnected).toBe(false);
    await broker.restart();
    const listener = await listen(broker.url, `${sensor.base}/#`);
    await listener.count(`${sensor.base}/properties/temperature`, 1);
    await listener.client.publishAsync(`${sensor.base}/actions/getData`, "{}", { qos: 1 });
    await until("the invocation", () => sensor.invocations.length === 1);
  });

  it("clears the retained messages of a Thing destroyed while the broker was away", async () => {
    const broker = await start(startMosquitto);
    const sensor = await sensorAt(broker.url);
    await broker.kill();
    await until("the loss to be noticed", () => !sensor.server.isConnected);
    await sensor.thing.destroy();
    await broker.restart();
    const cleared = await listen(broker.url, `${sensor.base}/#`);
    await until("the connection", () => sensor.server.isConnected);
    await cleared.count(sensor.base, 1);
    expect(cleared.messages.every(({ text }) => text === "")).toBe(true);
  });

  it("leaves no listener, subscription or Thing behind after 900 Things", async () => {
    const broker = await start(startAedes);
    const topicPrefix = "fogwot/churn";
    const server = new MqttBindingServer({ brokerUrl: broker.url, topicPrefix, name: "churn" });
    const servient = new Servient();
    servient.addServer(server);
    const wot = await servient.start();
    cleanups.push(() => servient.shutdown());
    const subscriptions = () => clientsOf(broker)["fogwot-churn-churn"]?.subscriptions ?? {};
    const before = Object.keys(subscriptions());
    for (let n = 0; n < 900; n++) {
      const thing = await wot.produce(sensorInit(`urn:churn:${n}`, "Churn"));
      implementSensor(thing);
      await thing.expose();
      await thing.destroy();
    }
    expect(Object.keys(subscriptions())).toEqual(before);
    expect(before).toEqual([server.availabilityTopic]);
    expect(server.exposed).toBe(0);
    const listener = await listen(broker.url, `${topicPrefix}/#`);
    const topics = `${server.availabilityTopic}/topics`;
    await until("the list to be empty", () => listener.on(topics).at(-1) === "[]");
    const held = new Set(listener.messages.map(({ topic }) => topic));
    expect(held).toEqual(new Set([server.availabilityTopic, topics]));
  }, 60_000);

  it("has the broker say offline when it dies, and says online again when it is back", async () => {
    const broker = await start(startAedes);
    const sensor = await sensorAt(broker.url, { name: "fog-wifi", topicPrefix: "fogwot/factory" });
    const topic = "fogwot/factory/fog-wifi/availability";
    expect(sensor.server.availabilityTopic).toBe(topic);
    const listener = await listen(broker.url, [topic, `${topic}/topics`]);
    await listener.count(topic, 1);
    await until("the list", () =>
      listener.on(`${topic}/topics`).includes(`["${sensor.base}/properties/status"]`),
    );
    clientsOf(broker)["fogwot-factory-fog-wifi"]?.conn.destroy();
    const said = await listener.count(topic, 3);
    expect(said).toEqual(['"online"', '"offline"', '"online"']);
  });

  it("contradicts a will that comes late, for itself and its Things", async () => {
    const broker = await start(startAedes);
    const sensor = await sensorAt(broker.url);
    const status = `${sensor.base}/properties/status`;
    const listener = await listen(broker.url, [status, sensor.server.availabilityTopic]);
    await listener.count(status, 1);
    const late = { qos: 1, retain: true } as const;
    await listener.client.publishAsync(sensor.server.availabilityTopic, '"offline"', late);
    await listener.client.publishAsync(status, '"offline"', late);
    expect(await listener.count(status, 3)).toEqual(['"online"', '"offline"', '"online"']);
    expect(listener.on(sensor.server.availabilityTopic).at(-1)).toBe('"online"');
  });

  it("advertises the address it is told, and no password", async () => {
    const brokerUrl = `mqtt://user:secret@127.0.0.1:${await freePort()}`;
    const plain = await sensorAt(brokerUrl);
    expect(JSON.stringify(plain.td)).not.toContain("secret");
    const named = await sensorAt(brokerUrl, { baseUrl: "mqtt://broker.example:1883" });
    expect(JSON.stringify(named.td)).not.toContain("127.0.0.1");
    expect(JSON.stringify(named.td)).toContain("mqtt://broker.example:1883");
  });

  it("refuses a broker URL that is none", async () => {
    const start = async () => new MqttBindingServer({ brokerUrl: "tcp:x", topicPrefix: "f" });
    expect(await rejection(start())).toHaveProperty("code", "CONFIG");
  });
});

function topicOf(td: WoT.ThingDescription): string {
  const form = td.actions?.getData?.forms[0] as Record<string, string> | undefined;
  return form?.["mqv:topic"]?.replace("/actions/getData", "") ?? "";
}
