import { serve } from "../../programs/serve";
import { connectPromptly } from "../load/connect-promptly";

export interface EchoConfig {
  readonly brokerUrl: string;
  readonly qos: 0 | 1 | 2;
}

export interface EchoReport {
  readonly topics: { readonly request: string; readonly response: string };
}

const BASE = "echo";

/** Bare mqtt.js that publishes what it gets on the topic beside it: the least an answer costs. */
serve<EchoConfig, EchoReport>("bench-echo", async ({ brokerUrl, qos }) => {
  const client = await connectPromptly(brokerUrl);
  client.on("message", (topic, payload) => {
    client.publish(topic.replace("/request/", "/response/"), payload, { qos });
  });
  await client.subscribeAsync(`${BASE}/request/#`, { qos });
  return {
    report: { topics: { request: `${BASE}/request/{corr}`, response: `${BASE}/response/{corr}` } },
    stop: () => client.endAsync(true),
  };
});
