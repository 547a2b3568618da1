import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { type ConsumedThing, type RunningServient, startServient } from "../../../servient";
import { startMosquitto, type TestBroker } from "../../mqtt/test/brokers";
import { rejection, until } from "..";

/** A Thing that is no more than mosquitto's command-line clients, described as W3C's MQTT binding says. */
const run = promisify(execFile);

let broker: TestBroker;
let consumer: RunningServient;
let thing: ConsumedThing;
let heard: string[];
let listener: ReturnType<typeof spawn>;

const publish = (topic: string, message: string, ...options: string[]) =>
  run("mosquitto_pub", ["-p", `${broker.port}`, "-t", topic, "-m", message, ...options]);

const form = (more: object) => ({ href: broker.url, ...more });

beforeAll(async () => {
  broker = await startMosquitto();
  consumer = await startServient({ name: "consumer", requestTimeoutMs: 2_000 });
  await publish("plant/1/temperature", "21.5", "-r", "-q", "1");
  thing = await consumer.wot.consume({
    "@context": [
      "https://www.w3.org/2022/wot/td/v1.1",
      { mqv: "https://www.w3.org/2019/wot/mqtt#" },
    ],
    title: "Plant",
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    security: "nosec_sc",
    properties: {
      temperature: {
        type: "number",
        readOnly: true,
        observable: true,
        forms: [
          form({
            op: ["readproperty", "observeproperty", "unobserveproperty"],
            "mqv:filter": "plant/1/temperature",
            "mqv:retain": true,
            "mqv:qos": "1",
          }),
        ],
      },
      setpoint: {
        type: "number",
        writeOnly: true,
        forms: [form({ "mqv:topic": "plant/1/setpoint", "mqv:qos": "2", "mqv:retain": true })],
      },
      // node-wot's way: the topic in the href.
      legacy: {
        type: "number",
        writeOnly: true,
        forms: [{ href: `${broker.url}/plant/1/le%20gacy`, "mqv:controlPacket": "publish" }],
      },
      silent: {
        type: "number",
        readOnly: true,
        forms: [form({ "mqv:filter": "plant/1/silent" })],
      },
    },
    actions: {
      reset: {
        input: { type: "object" },
        forms: [form({ "mqv:topic": "plant/1/reset", "mqv:controlPacket": "publish" })],
      },
    },
    events: {
      alarm: {
        data: { type: "object" },
        forms: [form({ "mqv:filter": ["plant/1/alarm/+", "plant/all/#"], "mqv:qos": "1" })],
      },
    },
  } as unknown as WoT.ThingDescription);
  heard = [];
  listener = spawn("mosquitto_sub", [
    ...["-p", `${broker.port}`, "-q", "2", "-F", "%t q=%q r=%r %p", "-t", "plant/1/#"],
  ]);
  listener.stdout?.on("data", (chunk: Buffer) =>
    heard.push(...chunk.toString().trim().split("\n")),
  );
  await until("the listener", () => heard.some((line) => line.includes("temperature")));
});
afterAll(async () => {
  const exited = new Promise((resolve) => listener.once("exit", resolve));
  listener.kill();
  await exited;
  await consumer.stop();
  await broker.stop();
});

const arrived = async (line: string): Promise<void> =>
  until(line, () => heard.some((one) => one === line));

describe("a Thing that is nothing but topics", () => {
  it("is read by the value it retained, and observed by those that follow", async () => {
    expect(await (await thing.readProperty("temperature")).value()).toBe(21.5);
    const changes: unknown[] = [];
    const observation = await thing.observeProperty("temperature", (output) => {
      void output.value().then((value) => changes.push(value));
    });
    await publish("plant/1/temperature", "22", "-r");
    await until("the change", () => changes.includes(22));
    await observation.stop();
    expect(await (await thing.readProperty("temperature")).value()).toBe(22);
  });

  it("is written and invoked with the QoS and retention of the form", async () => {
    await thing.writeProperty("setpoint", 19);
    await arrived("plant/1/setpoint q=2 r=0 19");
    const { stdout } = await run("mosquitto_sub", [
      ...["-p", `${broker.port}`, "-t", "plant/1/setpoint", "-C", "1", "-W", "5", "-F", "%r %p"],
    ]);
    expect(stdout.trim()).toBe("1 19");
    await thing.writeProperty("legacy", 3);
    await until("the old way", () => heard.some((line) => /^plant\/1\/le gacy .* 3$/.test(line)));
    await thing.invokeAction("reset", { hard: true });
    await until("the invocation", () =>
      heard.some((line) => /^plant\/1\/reset .* \{"hard":true\}$/.test(line)),
    );
  });

  it("is subscribed to by several filters with wildcards, each message once", async () => {
    const alarms: unknown[] = [];
    const subscription = await thing.subscribeEvent("alarm", (output) => {
      void output.value().then((value) => alarms.push(value));
    });
    await publish("plant/1/alarm/hot", '{"n":1}', "-q", "1");
    await publish("plant/all/a/b", '{"n":2}', "-q", "1");
    await publish("plant/2/alarm/hot", '{"n":0}', "-q", "1");
    await publish("plant/all", '{"n":3}', "-q", "1");
    await until("three alarms", () => alarms.length >= 3);
    expect(alarms).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await subscription.stop();
  });

  it("that retains nothing cannot be read: the wait ends with a typed error", async () => {
    expect(await rejection(thing.readProperty("silent", { timeoutMs: 200 }))).toMatchObject({
      code: "INTERACTION_TIMEOUT",
    });
  });

  it("may send what is no JSON: the reader is told, and the next value is read", async () => {
    await publish("plant/1/temperature", "warm", "-r", "-q", "1");
    const read = async () => (await thing.readProperty("temperature")).value();
    expect(await rejection(read())).toMatchObject({ status: 502 });
    await publish("plant/1/temperature", "23", "-r", "-q", "1");
    expect(await read()).toBe(23);
  });
});
