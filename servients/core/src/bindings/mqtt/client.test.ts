import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { InteractionTimeoutError, UnreachableError } from "../../errors";
import { rejection, until } from "../compliance";
import { toContent } from "../payload";
import type { MqttForm } from ".";
import { startAedes, startMosquitto, type TestBroker } from "./test/brokers";
import { type Listener, listenTo } from "./test/messages";
import {
  READING,
  startConsumer,
  startSensor,
  type TestConsumer,
  type TestSensor,
} from "./test/sensor";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function consumer(timeoutMs?: number): Promise<TestConsumer> {
  const started = await startConsumer(timeoutMs);
  cleanups.push(() => started.stop());
  return started;
}

/** A listener that keeps the values it is told. */
const into = (values: unknown[]) => (output: WoT.InteractionOutput) => {
  void output.value().then((value) => values.push(value));
};

const json = (value: unknown) =>
  toContent({ type: "application/json", body: Buffer.from(JSON.stringify(value)) });

describe.each([
  { name: "aedes", start: startAedes as () => Promise<TestBroker> },
  { name: "mosquitto", start: startMosquitto },
])("MqttBindingClient over $name", ({ name, start }) => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await start();
  });
  afterAll(() => broker.stop());

  async function sensorOf(): Promise<TestSensor> {
    const sensor = await startSensor(broker.url);
    cleanups.push(() => sensor.stop());
    return sensor;
  }
  it("asks for QoS 0 where an answer follows, and for QoS 1 where none does", async () => {
    const { td } = await sensorOf();
    const qosOf = (forms: readonly object[] | undefined) =>
      forms?.map((form) => (form as MqttForm)["mqv:qos"]);
    expect(qosOf(td.actions?.getData?.forms)).toEqual(["0", "0"]);
    expect(qosOf(td.events?.reading?.forms)).toEqual(["1"]);
  });

  it.each([0, 2] as const)("serves every interaction with QoS %i as well", async (qos) => {
    const sensor = await startSensor(broker.url, { qos, requestQos: qos });
    cleanups.push(() => sensor.stop());
    const asked = [...JSON.stringify(sensor.td).matchAll(/"mqv:qos":"(.)"/g)].map(([, one]) => one);
    expect(new Set(asked)).toEqual(new Set([`${qos}`]));
    const thing = await (await consumer()).wot.consume(sensor.td);
    const heard: unknown[] = [];
    await thing.subscribeEvent("reading", into(heard));
    expect(await (await thing.invokeAction("getData", {}))?.value()).toEqual(READING);
    await thing.writeProperty("samplingInterval", 700);
    expect(await (await thing.readProperty("samplingInterval")).value()).toBe(700);
    for (const n of [1, 2, 3]) sensor.thing.emitEvent("reading", n);
    await until("the events", () => heard.length >= 3);
    expect(heard).toEqual([1, 2, 3]);
  });

  async function listen(filters: string | string[]): Promise<Listener> {
    const listener = await listenTo(broker.url, filters);
    cleanups.push(() => listener.stop());
    return listener;
  }

  it("shares one connection among all ConsumedThings", async () => {
    const sensor = await sensorOf();
    const { wot, factory } = await consumer();
    const td = sensor.td;
    const outputs = Array.from({ length: 50 }, async () => {
      const thing = await wot.consume(td);
      return (await thing.invokeAction("getData", {}))?.value();
    });
    expect(await Promise.all(outputs)).toEqual(Array(50).fill(READING));
    expect(factory.connections).toBe(1);
  });

  it("pays one message each way for a request, and one subscription for all of them", async () => {
    const sensor = await sensorOf();
    const { wot } = await consumer();
    const thing = await wot.consume(sensor.td);
    await thing.invokeAction("getData", {});
    const traffic = await listen(`${sensor.base}/actions/#`);
    const rounds = 10;
    for (let n = 0; n < rounds; n++) await thing.invokeAction("getData", {});
    await until("the traffic", () => traffic.messages.length >= 2 * rounds);
    expect(traffic.messages).toHaveLength(2 * rounds);
    // The first level of the correlation is the client's own in all of them.
    const clients = new Set(traffic.messages.map(({ topic }) => topic.split("/").at(-2)));
    expect(clients.size).toBe(1);
  });

  it("discards an answer that comes late and leaves nothing pending", async () => {
    const sensor = await sensorOf();
    const { wot, factory } = await consumer(150);
    const thing = await wot.consume(sensor.td);
    const error = await rejection(thing.invokeAction("hang"));
    expect(error).toBeInstanceOf(InteractionTimeoutError);
    expect((error as Error).message).toContain(
      `${sensor.base}/actions/hang/request did not answer`,
    );
    sensor.gate.resolve();
    await until("the late answer", () => factory.counters.late === 1);
    expect(factory.counters).toMatchObject({ requests: 1, answers: 0, pending: 0 });
  });

  it("fails what is under way when the broker dies, and serves again when it is back", async () => {
    const own = await start();
    cleanups.push(() => own.stop());
    const sensor = await startSensor(own.url);
    cleanups.push(() => sensor.stop());
    const { wot } = await consumer(10_000);
    const thing = await wot.consume(sensor.td);
    const heard: unknown[] = [];
    await thing.subscribeEvent("reading", into(heard));
    const observed: unknown[] = [];
    await thing.observeProperty("temperature", into(observed));
    const hanging = rejection(thing.invokeAction("hang"));
    await until("the request", () => sensor.server.counters.requests === 1);
    await own.kill();
    expect(await hanging).toBeInstanceOf(UnreachableError);
    sensor.values.temperature = 30;
    await sensor.thing.emitPropertyChange("temperature");
    await own.restart();
    // The same ConsumedThing: it waits for the connection, within its time-out.
    await until("the Servient", () => sensor.server.isConnected, 20_000);
    expect(await (await thing.invokeAction("getData", {}))?.value()).toEqual(READING);
    sensor.thing.emitEvent("reading", 7);
    await until("the event", () => heard.length > 0);
    expect(heard).toEqual([7]);
    await until("the change that was missed", () => observed.length > 0);
    expect(observed).toEqual([30]);
  }, 40_000);

  it("tells an observer of changes, not of the value that was there", async () => {
    const sensor = await sensorOf();
    const thing = await (await consumer()).wot.consume(sensor.td);
    const observed: unknown[] = [];
    const observation = await thing.observeProperty("temperature", into(observed));
    sensor.values.temperature = 22;
    await sensor.thing.emitPropertyChange("temperature");
    await until("the change", () => observed.length > 0);
    expect(observed).toEqual([22]);
    await observation.stop();
  });

  it("serves any number of subscribers of one topic and forgets each when it ends", async () => {
    const sensor = await sensorOf();
    const { factory } = await consumer();
    const form = sensor.td.events?.reading?.forms[0] as MqttForm;
    const heard = { one: 0, two: 0, three: 0 };
    const first = factory.getClient();
    const second = factory.getClient();
    const one = await first.subscribeResource(form, () => heard.one++);
    await first.subscribeResource(form, () => heard.two++);
    await second.subscribeResource(form, () => heard.three++);
    sensor.thing.emitEvent("reading", 1);
    await until("all three", () => Object.values(heard).every((count) => count === 1));
    one.unsubscribe();
    sensor.thing.emitEvent("reading", 2);
    await until("the other two", () => heard.two === 2 && heard.three === 2);
    await first.unlinkResource(form);
    sensor.thing.emitEvent("reading", 3);
    await until("the last one", () => heard.three === 3);
    await second.unlinkResource(form);
    expect(heard).toEqual({ one: 1, two: 2, three: 3 });
    expect(factory.counters.listeners).toBe(0);
  });

  it("reads the retained value of a Thing that answers no requests, and writes and invokes plainly", async () => {
    const foreign = await listen("plant/#");
    await foreign.client.publishAsync("plant/level", "12", { retain: true, qos: 1 });
    const { factory } = await consumer(2000);
    const client = factory.getClient();
    const href = broker.url;
    const read: MqttForm = {
      href,
      op: ["readproperty"],
      "mqv:filter": "plant/level",
      "mqv:qos": "1",
    };
    for (let n = 0; n < 2; n++) {
      expect((await (await client.readResource(read)).toBuffer()).toString()).toBe("12");
    }
    await client.writeResource(
      { href, "mqv:topic": "plant/set", "mqv:qos": "1", "mqv:retain": true },
      json(5),
    );
    const output = await client.invokeResource(
      { href, "mqv:topic": "plant/go", "mqv:qos": "2" },
      json("on"),
    );
    expect(await output.toBuffer()).toHaveLength(0);
    expect(await foreign.count("plant/set", 1)).toEqual(["5"]);
    expect(await foreign.count("plant/go", 1)).toEqual(['"on"']);
    // As node-wot writes its forms: the topic is the path of the href.
    expect(
      (await (await client.readResource({ href: `${href}/plant/level` })).toBuffer()).toString(),
    ).toBe("12");
    expect(factory.counters.listeners).toBe(0);
    for (const topic of ["plant/level", "plant/set"]) {
      await foreign.client.publishAsync(topic, "", { retain: true, qos: 1 });
    }
  });

  it("reads a retained value although somebody observes it already", async () => {
    const sensor = await sensorOf();
    const { factory } = await consumer(2000);
    const form = sensor.td.properties?.temperature?.forms[0] as MqttForm;
    const plain = Object.fromEntries(
      Object.entries(form).filter(([term]) => !term.startsWith("fog:")),
    ) as MqttForm;
    const observed: string[] = [];
    const observer = factory.getClient();
    await observer.subscribeResource({ ...plain, op: ["observeproperty"] }, (content) => {
      void content.toBuffer().then((body) => observed.push(body.toString()));
    });
    const content = await factory.getClient().readResource(plain);
    expect((await content.toBuffer()).toString()).toBe("21.5");
    expect(observed).toEqual([]);
    await observer.stop();
  });

  it("gives up on a retained value that is not there, and leaves no subscription", async () => {
    const { factory } = await consumer(150);
    const form: MqttForm = { href: broker.url, "mqv:filter": "nothing/here" };
    expect(await rejection(factory.getClient().readResource(form))).toBeInstanceOf(
      InteractionTimeoutError,
    );
    expect(factory.counters.listeners).toBe(0);
  });

  it("fetches a Thing Description from the topic where it is retained", async () => {
    const sensor = await sensorOf();
    const { factory } = await consumer();
    const content = await factory
      .getClient()
      .requestThingDescription(`${broker.url}/${sensor.base}`);
    expect(JSON.parse((await content.toBuffer()).toString())).toEqual(sensor.td);
  });

  if (name === "mosquitto") {
    it("says at once that nobody listens (MQTT 5, requests of QoS 1)", async () => {
      const sensor = await startSensor(broker.url, { requestQos: 1 });
      cleanups.push(() => sensor.stop());
      const thing = await (await consumer(60_000)).wot.consume(sensor.td);
      await thing.invokeAction("getData", {});
      await sensor.server.stop();
      const error = await rejection(thing.invokeAction("getData", {}));
      expect(error).toBeInstanceOf(UnreachableError);
      expect((error as Error).message).toContain("no Servient listens");
    });
  }
});
