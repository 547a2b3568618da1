import type { MqttClient } from "mqtt";
import { median } from "../../measure/statistics";
import { connectPromptly } from "./connect-promptly";
import type { LoadResult } from "./load";

/** Topics of one request/response exchange; `{corr}` stands for a correlation. */
export interface ExchangeTopics {
  readonly request: string;
  readonly response: string;
}

export interface MqttLoadRequest {
  readonly kind: "mqtt";
  readonly brokerUrl: string;
  readonly topics: readonly ExchangeTopics[];
  /** Of requests and of the subscription to the answers. */
  readonly qos: 0 | 1 | 2;
  readonly payload: string;
}

const LOST_AFTER_MS = 1_000;
const CORRELATION = "{corr}";
const SUBSCRIBE_BATCH = 100;

/** Requests by bare mqtt.js, several in flight; an answer that takes longer than a second failed. */
export async function mqttLoad(
  request: MqttLoadRequest & { readonly inFlight: number; readonly durationMs: number },
): Promise<LoadResult> {
  const { brokerUrl, topics, qos, payload, inFlight, durationMs } = request;
  const clientId = `load-${process.pid}-${Date.now()}`;
  const client = await connectPromptly(brokerUrl, { clientId });
  try {
    await subscribe(client, topics, qos);
    const requester = new Requester(client);
    const latenciesMs: number[] = [];
    let failed = 0;
    let next = 0;
    const startMs = performance.now();
    const endMs = startMs + durationMs;
    const lane = async (): Promise<void> => {
      while (performance.now() < endMs) {
        const sentMs = performance.now();
        const { request: topic = "" } = topics[next++ % topics.length] ?? {};
        if (await requester.ask(topic, payload, qos)) latenciesMs.push(performance.now() - sentMs);
        else failed++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    const elapsedMs = performance.now() - startMs;
    return { answered: latenciesMs.length, failed, elapsedMs, p50Ms: median(latenciesMs) ?? 0 };
  } finally {
    await client.endAsync(true);
  }
}

/** One filter a response topic: `…/response/load/+`. */
async function subscribe(
  client: MqttClient,
  topics: readonly ExchangeTopics[],
  qos: 0 | 1 | 2,
): Promise<void> {
  const filters = topics.map(({ response }) => response.replace(CORRELATION, "load/+"));
  for (let at = 0; at < filters.length; at += SUBSCRIBE_BATCH) {
    await client.subscribeAsync(filters.slice(at, at + SUBSCRIBE_BATCH), { qos });
  }
}

class Requester {
  readonly #client: MqttClient;
  readonly #waiting = new Map<string, (isAnswered: boolean) => void>();
  #sequence = 0;

  constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic) =>
      this.#waiting.get(topic.slice(topic.lastIndexOf("/") + 1))?.(true),
    );
  }

  ask(topic: string, payload: string, qos: 0 | 1 | 2): Promise<boolean> {
    return new Promise((resolve) => {
      const number = `${++this.#sequence}`;
      const settle = (isAnswered: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve(isAnswered);
      };
      const timer = setTimeout(() => settle(false), LOST_AFTER_MS);
      this.#waiting.set(number, settle);
      this.#client.publish(topic.replace(CORRELATION, `load/${number}`), payload, { qos });
    });
  }
}
