import { describe } from "@jest/globals";
import { connectAsync } from "mqtt";
import { createRng } from "../../random";
import { type BindingHarness, type BindingServer, describeBinding } from "../compliance";
import { titlePath } from "../thing-path";
import { MqttBindingClientFactory, MqttBindingServer } from ".";
import { startAedes, startMosquitto, type TestBroker } from "./test/brokers";

let prefixes = 0;

/** Three kinds of malformed message; all of them reach the Servient, and none its handlers. */
async function sendMalformed(url: string, base: string, count: number): Promise<number> {
  const rng = createRng(20_26);
  const client = await connectAsync(url);
  const kinds = [
    (noise: Buffer) => [`${base}/properties/level/set/x${rng.int(1e6)}`, noise] as const,
    (noise: Buffer) => [`${base}/actions/add/request/a/b`, noise] as const,
    (noise: Buffer) => [`${base}/actions/add/request/a/b/c/d`, noise] as const,
  ];
  await Promise.all(
    Array.from({ length: count }, (_, n) => {
      const noise = Buffer.from(Array.from({ length: 1 + rng.int(60) }, () => 128 + rng.int(128)));
      const [topic, payload] = kinds[n % kinds.length]?.(noise) ?? [base, noise];
      return client.publishAsync(topic, payload, { qos: 1 });
    }),
  );
  await client.endAsync();
  return count;
}

function harness(
  broker: TestBroker,
  versions: { server?: 4 | 5; client?: 4 | 5 } = {},
): BindingHarness {
  const bases = new Map<BindingServer, string>();
  const factories: MqttBindingClientFactory[] = [];
  return {
    createServer({ baseUrl } = {}) {
      const topicPrefix = `fogwot/site ${++prefixes}`;
      const server = new MqttBindingServer({
        brokerUrl: broker.url,
        topicPrefix,
        thingPath(thing) {
          const path = titlePath(thing);
          bases.set(server, `${topicPrefix}/${path}`);
          return path;
        },
        ...(baseUrl ? { baseUrl } : {}),
        ...(versions.server ? { protocolVersion: versions.server } : {}),
      });
      return server;
    },
    createClientFactory({ timeoutMs }) {
      const factory = new MqttBindingClientFactory({
        timeoutMs,
        ...(versions.client ? { protocolVersion: versions.client } : {}),
      });
      factories.push(factory);
      return factory;
    },
    baseUrl: () => broker.url,
    sendMalformed: (server, count) => sendMalformed(broker.url, bases.get(server) ?? "", count),
    async close() {
      for (const factory of factories) await factory.stop();
      await broker.stop();
    },
  };
}

describe("MQTT", () => {
  const limits = {
    // A broker takes any topic; that nobody listens shows over MQTT 5 only.
    answersForUnknownThings: false,
    // The operation is in the topic.
    refusesOpsOutsideTheForm: false,
    noticesStoppedServer: false,
  };
  describeBinding("MQTT 3.1.1, aedes", async () => harness(await startAedes()), limits);
  describeBinding("MQTT 5, mosquitto", async () => harness(await startMosquitto()), {
    ...limits,
    noticesStoppedServer: true,
  });
  describeBinding(
    "MQTT 3.1.1, mosquitto",
    async () => harness(await startMosquitto(), { server: 4, client: 4 }),
    limits,
  );
  describeBinding(
    "MQTT 3.1.1 Servient and MQTT 5 consumer, mosquitto",
    async () => harness(await startMosquitto(), { server: 4 }),
    { ...limits, noticesStoppedServer: true },
  );
});
