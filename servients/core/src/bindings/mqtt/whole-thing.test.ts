import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { CBOR_TYPE } from "../cbor";
import { until } from "../compliance";
import { ThingOperations } from "../consumer";
import { decode, encode } from "../payload";
import { mosquittoClient, startAedes, startMosquitto, type TestBroker } from "./test/brokers";
import { listenTo } from "./test/messages";
import { READING, startConsumer, startSensor, type TestSensor } from "./test/sensor";

describe.each([
  { name: "aedes, MQTT 3.1.1", start: startAedes as () => Promise<TestBroker> },
  { name: "mosquitto, MQTT 5", start: startMosquitto },
])("operations on a whole Thing over $name", ({ name, start }) => {
  const isMqtt5 = name.endsWith("5");
  let broker: TestBroker;
  let sensor: TestSensor;
  const cleanups: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    broker = await start();
    sensor = await startSensor(broker.url);
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
  afterAll(async () => {
    await sensor.stop();
    await broker.stop();
  });

  async function consumed(): Promise<WoT.ConsumedThing> {
    const consumer = await startConsumer();
    cleanups.push(() => consumer.stop());
    return consumer.wot.consume(sensor.td);
  }

  const rr = (request: string, response: string, ...options: string[]) =>
    mosquittoClient(
      "mosquitto_rr",
      broker.port,
      ...["-V", "311", "-W", "10", "-t", `${sensor.base}/${request}`],
      ...["-e", `${sensor.base}/${response}`],
      ...(options.length > 0 ? options : ["-n"]),
    );

  it("are one message each way for a client that knows nothing but the forms", async () => {
    const { temperature, uptime } = sensor.values;
    expect(JSON.parse(await rr("get/1", "response/1"))).toEqual(sensor.values);
    const two = await rr("get/2?names=uptime,temperature", "response/2");
    expect(two).toBe(`{"uptime":${uptime},"temperature":${temperature}}`);
    const refused = JSON.parse(await rr("get/3?names=nosuch", "error/3"));
    expect(refused).toMatchObject({ status: 400, details: { path: "?names" } });
    await rr("set/4", "response/4", "-m", '{"samplingInterval":1234}');
    expect(sensor.values.samplingInterval).toBe(1234);
  });

  it("read every property from the retained values alone", async () => {
    const form = sensor.td.forms?.find(({ op }) => [op].flat().includes("readallproperties"));
    const filter = String(form?.["mqv:filter"]);
    const count = String(Object.keys(sensor.values).length);
    const options = ["-t", filter, "-C", count, "-W", "10", "-F", "%r %t"];
    const lines = (await mosquittoClient("mosquitto_sub", broker.port, ...options)).split("\n");
    const topics = Object.keys(sensor.values).map((name) => `1 ${sensor.base}/properties/${name}`);
    expect(lines.sort()).toEqual(topics.sort());
  });

  it("take and give CBOR where the topic says so, or the content type", async () => {
    const { client, messages } = await listenTo(broker.url, `${sensor.base}/actions/#`, {
      protocolVersion: isMqtt5 ? 5 : 4,
    });
    cleanups.push(() => client.endAsync(true));
    const { body } = encode({ timeoutMs: 9 }, CBOR_TYPE);
    const topic = `${sensor.base}/actions/getData`;
    const query = "?mediaType=application%2Fcbor";
    const answers: string[] = [];
    const ask = async (request: string, properties = {}) => {
      await client.publishAsync(request, body, { qos: 1, properties });
      const corr = `${request.replace(/\?.*/, "")}`.split("/").at(-1);
      const answer = `${topic}/response/${corr}`;
      answers.push(answer);
      await until(answer, () => messages.some((one) => one.topic === answer));
      const { packet } = messages.find((one) => one.topic === answer) ?? {};
      return decode({ type: CBOR_TYPE, body: packet?.payload as Buffer }, {});
    };
    expect(await ask(`${topic}/request/c1${query}`)).toEqual(READING);
    if (isMqtt5) {
      expect(await ask(`${topic}/request/c2`, { contentType: CBOR_TYPE })).toEqual(READING);
    }
    expect(sensor.invocations.at(-1)).toEqual({ timeoutMs: 9 });
    await client.publishAsync(`${topic}/request/${query}`, body, { qos: 1 });
    await until("the plain message", () => sensor.invocations.length > answers.length);
    expect(sensor.invocations.at(-1)).toEqual({ timeoutMs: 9 });
    const refused = await rr("get/6?mediaType=text%2Fplain", "error/6");
    expect(JSON.parse(refused)).toMatchObject({ status: 415 });
  });

  it("leave each subscriber of one connection one copy of a message, whatever they overlap", async () => {
    const thing = await consumed();
    const operations = new ThingOperations(thing);
    const heard: string[] = [];
    const all = await operations.subscribeAllEvents((name, value) => {
      heard.push(`all ${name} ${value}`);
    });
    const one = await thing.subscribeEvent("reading", (output) => {
      void output.value().then((value) => heard.push(`one ${value}`));
    });
    for (const n of [1, 2, 3]) sensor.thing.emitEvent("reading", n);
    await until("every copy", () => heard.length >= 6);
    await thing.invokeAction("getData", {});
    expect(heard.filter((line) => line.startsWith("all"))).toEqual(
      [1, 2, 3].map((n) => `all reading ${n}`),
    );
    expect(heard.filter((line) => line.startsWith("one"))).toEqual(["one 1", "one 2", "one 3"]);
    await all.stop();
    sensor.thing.emitEvent("reading", 4);
    await until("the one left", () => heard.includes("one 4"));
    expect(heard).not.toContain("all reading 4");
    await one.stop();
  });

  it("observe what is observable and nothing else", async () => {
    const operations = new ThingOperations(await consumed());
    const heard: string[] = [];
    const subscription = await operations.observeAllProperties((name) => heard.push(name));
    const { samplingInterval } = sensor.values;
    await (await consumed()).writeProperty("samplingInterval", Number(samplingInterval) + 1);
    sensor.values.temperature = 22;
    await sensor.thing.emitPropertyChange("temperature");
    await until("the change", () => heard.length > 0);
    expect(heard).toEqual(["temperature"]);
    await subscription.stop();
  });

  it("give the handler the URI variables of a request, and refuse those that do not fit", async () => {
    const thing = await consumed();
    const read = async (unit: string) =>
      (await thing.readProperty("uptime", { uriVariables: { unit } })).value();
    expect([await read("s"), await read("ms")]).toEqual([1, 1000]);
    const answer = "properties/uptime/error/7";
    const refused = JSON.parse(await rr("properties/uptime/get/7?unit=h", answer));
    expect(refused).toMatchObject({ status: 400, details: { path: "?unit", got: "h" } });
  });
});
