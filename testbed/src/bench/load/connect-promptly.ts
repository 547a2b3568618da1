import type { Socket } from "node:net";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";

/**
 * mqtt.js with Nagle's algorithm off: with it each exchange of QoS 1 waits 40 ms for a delayed
 * acknowledgement, and whoever is compared with that wins.
 */
export async function connectPromptly(
  brokerUrl: string,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = await connectAsync(brokerUrl, options);
  (client.stream as unknown as Socket).setNoDelay(true);
  return client;
}
