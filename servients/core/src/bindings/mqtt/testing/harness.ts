import { connectAsync } from "mqtt";
import { createRng } from "../../../random";
import type { BindingHarness, BindingServer } from "../../compliance/library";
import { titlePath } from "../../thing-path";
import { MqttBindingClientFactory, MqttBindingServer } from "..";

/** A broker somebody started for the suite. */
export interface HarnessBroker {
  readonly url: string;
  stop(): Promise<void>;
}

/** Each side speaks what is named, or else the newest version the broker takes. */
export interface ProtocolVersions {
  readonly server?: 4 | 5;
  readonly client?: 4 | 5;
}

let prefixes = 0;

/** The MQTT binding as the compliance suite sees it. @param broker stopped with the harness */
export async function openMqttHarness(
  broker: HarnessBroker,
  versions: ProtocolVersions = {},
): Promise<BindingHarness> {
  const bases = new Map<BindingServer, string>();
  const factories: MqttBindingClientFactory[] = [];
  return {
    createServer({ baseUrl } = {}) {
      const topicPrefix = `fogwot/site ${process.pid} ${++prefixes}`;
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
    descriptionUrl: (server) => `${broker.url}/${encodeURI(bases.get(server) ?? "")}`,
    sendMalformed: (server, count) => sendMalformed(broker.url, bases.get(server) ?? "", count),
    async close() {
      for (const factory of factories) await factory.stop();
      await broker.stop();
    },
  };
}

/** Three kinds of malformed message; all of them reach the Servient, and none its handlers. */
async function sendMalformed(url: string, base: string, count: number): Promise<number> {
  const rng = createRng(20_26);
  const client = await connectAsync(url);
  const kinds = [
    (noise: Buffer) => [`${base}/properties/level/set/x${rng.int(1e6)}`, noise] as const,
    (noise: Buffer) => [`${base}/actions/add/request/a/b`, noise] as const,
    (noise: Buffer) => [`${base}/actions/add/request/a/b/c/d/e`, noise] as const,
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
