import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { MqttClient } from "mqtt";
import { createRng } from "../../random";
import { until } from "../compliance";
import { startAedes, startMosquitto, type TestBroker } from "./test/brokers";
import { type Listener, listenTo } from "./test/messages";
import { startSensor, type TestSensor } from "./test/sensor";

describe.each([
  { name: "MQTT 3.1.1, aedes", start: startAedes as () => Promise<TestBroker> },
  { name: "MQTT 5, mosquitto", start: startMosquitto },
])("requests of strangers over $name", ({ name, start }) => {
  let broker: TestBroker;
  const cleanups: (() => Promise<void>)[] = [];
  const isMqtt5 = name.startsWith("MQTT 5");

  beforeAll(async () => {
    broker = await start();
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
  afterAll(() => broker.stop());

  async function site(
    options: Parameters<typeof startSensor>[1] = {},
  ): Promise<{ sensor: TestSensor; listener: Listener; client: MqttClient }> {
    const sensor = await startSensor(broker.url, options);
    const listener = await listenTo(
      broker.url,
      [`${sensor.base}/+/+/response/#`, `${sensor.base}/+/+/error/#`],
      {
        protocolVersion: isMqtt5 ? 5 : 4,
      },
    );
    cleanups.push(
      () => sensor.stop(),
      () => listener.stop(),
    );
    return { sensor, listener, client: listener.client };
  }

  const problem = async (listener: Listener, topic: string): Promise<unknown> =>
    JSON.parse((await listener.count(topic, 1))[0] ?? "null");

  it("for what does not exist or is not allowed are refused with the reason", async () => {
    const { sensor, listener, client } = await site();
    const refused = async (affordance: string, verb: string, payload: string, status: number) => {
      await client.publishAsync(`${sensor.base}/${affordance}/${verb}/1`, payload, { qos: 1 });
      const topic = `${sensor.base}/${affordance}/error/1`;
      expect(await problem(listener, topic)).toMatchObject({ status });
    };
    await refused("actions/nosuch", "request", "", 404);
    await refused("properties/nosuch", "get", "", 404);
    await refused("properties/constructor", "get", "", 404);
    await refused("properties/temperature", "set", "1", 405);
    await refused("properties/samplingInterval", "set", "1", 400);
    await refused("actions/getData", "request", '{"timeoutMs":', 400);
    await refused("actions/reset", "request", "1", 400);
    expect(sensor.server.counters).toMatchObject({ requests: 7, errors: 7, malformed: 3 });
  });

  it("that are too large or too many are refused, and the next one is served", async () => {
    const { sensor, listener, client } = await site({ maxPayloadBytes: 100, maxInFlight: 1 });
    const publish = (topic: string, payload: string) =>
      client.publishAsync(`${sensor.base}/${topic}`, payload, { qos: 1 });
    await publish("actions/getData/request/large", `{"x":"${"y".repeat(100)}"}`);
    const tooLarge = await problem(listener, `${sensor.base}/actions/getData/error/large`);
    expect(tooLarge).toMatchObject({ status: 413, details: { maximumBytes: 100 } });
    await publish("actions/hang/request/a", "");
    await publish("actions/getData/request/b", "");
    const tooMany = await problem(listener, `${sensor.base}/actions/getData/error/b`);
    expect(tooMany).toMatchObject({ status: 503, code: "OVERLOADED" });
    sensor.gate.resolve();
    await listener.count(`${sensor.base}/actions/hang/response/a`, 1);
    await publish("actions/getData/request/c", "");
    await listener.count(`${sensor.base}/actions/getData/response/c`, 1);
    expect(sensor.server.counters.refused).toBe(1);
  });

  it("that hang are answered when the Servient stops", async () => {
    const { sensor, listener, client } = await site();
    await client.publishAsync(`${sensor.base}/actions/hang/request/1`, "", { qos: 1 });
    await until("the request", () => sensor.server.counters.requests === 1);
    await sensor.server.stop();
    const stopping = await problem(listener, `${sensor.base}/actions/hang/error/1`);
    expect(stopping).toMatchObject({ status: 503, code: "UNREACHABLE" });
  });

  it("whose answer would need a topic too long are left without one, and the next is served", async () => {
    const { sensor, listener, client } = await site();
    const rest = `${sensor.base}/properties//get/1`;
    const topic = rest.replace("//", `/${"x".repeat(65_535 - rest.length)}/`);
    expect(topic).toHaveLength(65_535);
    await client.publishAsync(topic, "", { qos: 1 });
    await until("the refusal", () => sensor.server.counters.errors === 1);
    await client.publishAsync(`${sensor.base}/actions/getData/request/2`, "{}", { qos: 1 });
    await listener.count(`${sensor.base}/actions/getData/response/2`, 1);
    expect(sensor.server.counters).toMatchObject({ requests: 2, failed: 1 });
  });

  it("that were retained are not carried out, at no reconnection either", async () => {
    const { sensor, client } = await site();
    await sensor.server.stop();
    const retain = { qos: 1, retain: true } as const;
    await client.publishAsync(`${sensor.base}/actions/getData`, "{}", retain);
    await sensor.server.start();
    await until("the connection", () => sensor.server.isConnected);
    await client.publishAsync(`${sensor.base}/actions/getData`, '{"timeoutMs":1}', { qos: 1 });
    await until("the live request", () => sensor.invocations.length > 0);
    expect(sensor.invocations).toEqual([{ timeoutMs: 1 }]);
    await client.publishAsync(`${sensor.base}/actions/getData`, "", retain);
  });

  it("are counted where malformed, 10,000 of them, and harm nobody", async () => {
    const { sensor, listener, client } = await site();
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    cleanups.push(async () => {
      process.off("unhandledRejection", onUnhandled);
    });
    const rng = createRng(1);
    const noise = () =>
      Buffer.from(Array.from({ length: 1 + rng.int(80) }, () => 128 + rng.int(128)));
    const topics = [
      "properties/samplingInterval/set",
      "properties/samplingInterval/set/x",
      "actions/getData",
      "actions/getData/request/x",
      "actions/getData/request/x/y/z",
      "actions/reset/request/x",
    ];
    const count = 10_000;
    const sent = Array.from({ length: count }, (_, n) =>
      client.publishAsync(`${sensor.base}/${topics[n % topics.length]}`, noise(), { qos: 1 }),
    );
    await Promise.all(sent);
    await client.publishAsync(`${sensor.base}/actions/getData/request/good`, "{}", { qos: 1 });
    await listener.count(`${sensor.base}/actions/getData/response/good`, 1);
    await until("all to be counted", () => sensor.server.counters.malformed >= count, 30_000);
    expect(sensor.server.counters.malformed).toBe(count);
    expect(sensor.invocations).toEqual([{}]);
    expect(sensor.values.samplingInterval).toBe(1000);
    expect(unhandled).toEqual([]);
  }, 60_000);

  if (isMqtt5) {
    it("cannot make the Servient publish where only Things speak (MQTT 5)", async () => {
      const { sensor, listener, client } = await site();
      const outside = await listenTo(broker.url, "answers/#", { protocolVersion: 5 });
      cleanups.push(() => outside.stop());
      const invoke = (responseTopic: string) =>
        client.publishAsync(`${sensor.base}/actions/getData`, "{}", {
          qos: 1,
          properties: { responseTopic },
        });
      for (const suffix of ["properties/temperature", "actions/reset", "events/reading", ""]) {
        await invoke(`${sensor.base}/${suffix}`);
      }
      await invoke("$SYS/broker");
      await invoke("answers/1");
      await outside.count("answers/1", 1);
      await invoke(`${sensor.base}/actions/getData/response/2`);
      await listener.count(`${sensor.base}/actions/getData/response/2`, 1);
      expect(sensor.server.counters).toMatchObject({ requests: 2, malformed: 5 });
      expect(sensor.server.isConnected).toBe(true);
    });

    it("say by content type what they send, and are told of one nobody can read (MQTT 5)", async () => {
      const { sensor, listener, client } = await site();
      await client.publishAsync(`${sensor.base}/actions/getData/request/1`, "<a/>", {
        qos: 1,
        properties: { contentType: "application/x-nothing" },
      });
      const refused = await problem(listener, `${sensor.base}/actions/getData/error/1`);
      expect(refused).toMatchObject({ status: 415 });
      expect(listener.messages[0]?.packet.properties?.userProperties).toEqual({
        error: "UNSUPPORTED_MEDIA_TYPE",
      });
    });
  }
});
