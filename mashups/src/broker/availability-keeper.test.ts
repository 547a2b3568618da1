import { MqttBindingServer } from "@fogwot/core";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Servient } from "@node-wot/core";
import { connectAsync, type MqttClient } from "mqtt";
import { type RunningBroker, startAvailabilityKeeper, startBroker } from ".";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const TOPIC_PREFIX = "fogwot/factory";
const STATUS = `${TOPIC_PREFIX}/fog-wifi/wifi-1/properties/status`;
const AVAILABILITY = `${TOPIC_PREFIX}/fog-wifi/availability`;

async function broker(): Promise<RunningBroker> {
  const started = await startBroker({ port: 0 });
  cleanups.push(() => started.stop());
  return started;
}

async function keeper(brokerUrl: string) {
  const started = await startAvailabilityKeeper({ brokerUrl, topicPrefix: TOPIC_PREFIX });
  cleanups.push(() => started.stop());
  return started;
}

async function servient(brokerUrl: string): Promise<Servient> {
  const started = new Servient();
  const server = new MqttBindingServer({
    ...{ brokerUrl, topicPrefix: TOPIC_PREFIX, name: "fog-wifi" },
    thingPath: () => "fog-wifi/wifi-1",
  });
  started.addServer(server);
  const wot = await started.start();
  cleanups.push(() => started.shutdown());
  const thing = await wot.produce({
    title: "wifi-1",
    properties: { status: { type: "string", enum: ["online", "offline"], readOnly: true } },
  });
  thing.setPropertyReadHandler("status", async () => "online");
  await thing.expose();
  return started;
}

/** Waits until the retained values of topics are as wanted. */
async function retained(url: string, wanted: Record<string, string>): Promise<void> {
  const client = await connectAsync(url);
  cleanups.push(() => client.endAsync(true));
  const seen: Record<string, string> = {};
  await new Promise<void>((resolve) => {
    client.on("message", (topic, payload) => {
      seen[topic] = payload.toString();
      if (Object.entries(wanted).every(([name, value]) => seen[name] === value)) resolve();
    });
    client.subscribe(Object.keys(wanted), { qos: 1 });
  });
}

/** A Servient that will die without a word: what it left at the broker, and its will. */
async function dying(url: string): Promise<MqttClient> {
  const client = await connectAsync(url, {
    reconnectPeriod: 0,
    will: { topic: AVAILABILITY, payload: Buffer.from('"offline"'), qos: 1, retain: true },
  });
  const retain = { qos: 1, retain: true } as const;
  await client.publishAsync(AVAILABILITY, '"online"', retain);
  await client.publishAsync(STATUS, '"online"', retain);
  await client.publishAsync(`${AVAILABILITY}/topics`, JSON.stringify([STATUS]), retain);
  return client;
}

describe("startAvailabilityKeeper", () => {
  it("says offline for the Things of a Servient that died, until it is back", async () => {
    const { url } = await broker();
    const { offline } = await keeper(url);
    expect(offline).toEqual([]);
    const client = await dying(url);
    await retained(url, { [STATUS]: '"online"', [AVAILABILITY]: '"online"' });
    client.stream.destroy();
    await retained(url, { [STATUS]: '"offline"', [AVAILABILITY]: '"offline"' });
    await servient(url);
    await retained(url, { [STATUS]: '"online"', [AVAILABILITY]: '"online"' });
  });

  it("says it for one that died before the keeper came", async () => {
    const { url } = await broker();
    const client = await dying(url);
    client.stream.destroy();
    await retained(url, { [AVAILABILITY]: '"offline"', [STATUS]: '"online"' });
    const kept = await keeper(url);
    await retained(url, { [STATUS]: '"offline"' });
    expect(kept.offline).toEqual(["fog-wifi"]);
  });

  it("writes to no topic but the status of the site's Things", async () => {
    const { url } = await broker();
    const kept = await keeper(url);
    const client = await connectAsync(url, { reconnectPeriod: 0 });
    cleanups.push(() => client.endAsync(true));
    const retain = { qos: 1, retain: true } as const;
    const lists = [
      "no JSON",
      "7",
      JSON.stringify([
        "other/x/properties/status",
        5,
        `${TOPIC_PREFIX}/x/actions/reset`,
        `${TOPIC_PREFIX}/+/properties/status`,
      ]),
    ];
    for (const [n, list] of lists.entries()) {
      await client.publishAsync(`${TOPIC_PREFIX}/evil-${n}/availability/topics`, list, retain);
      await client.publishAsync(`${TOPIC_PREFIX}/evil-${n}/availability`, '"offline"', retain);
    }
    await client.publishAsync(`${AVAILABILITY}/topics`, JSON.stringify([STATUS]), retain);
    await client.publishAsync(AVAILABILITY, '"offline"', retain);
    await retained(url, { [STATUS]: '"offline"' });
    expect(kept.published).toBe(1);
    expect(kept.offline).toEqual(["evil-0", "evil-1", "evil-2", "fog-wifi"]);
  });
});
