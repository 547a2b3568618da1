import type { IClientOptions, IPublishPacket, MqttClient } from "mqtt";
import { connectAsync } from "mqtt";
import { until } from "../../compliance";

/** A plain MQTT client that keeps what it got, in order. */
export interface Listener {
  readonly client: MqttClient;
  readonly messages: { topic: string; text: string; packet: IPublishPacket }[];
  /** Texts that came on a topic. */
  on(topic: string): string[];
  /** Waits for a number of messages on a topic. */
  count(topic: string, wanted: number): Promise<string[]>;
  stop(): Promise<void>;
}

export async function listenTo(
  url: string,
  filters: string | string[],
  options: IClientOptions = {},
): Promise<Listener> {
  const client = await connectAsync(url, { reconnectPeriod: 50, ...options });
  const messages: Listener["messages"] = [];
  client.on("message", (topic, payload, packet) => {
    messages.push({ topic, text: payload.toString(), packet });
  });
  await client.subscribeAsync(filters, { qos: 1 });
  const on = (topic: string): string[] =>
    messages.filter((message) => message.topic === topic).map(({ text }) => text);
  return {
    client,
    messages,
    on,
    async count(topic, wanted) {
      await until(`${wanted} messages on ${topic}`, () => on(topic).length >= wanted);
      return on(topic);
    },
    stop: () => client.endAsync(true),
  };
}
