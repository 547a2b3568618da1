import { afterEach, describe, expect, it } from "@jest/globals";
import { UnreachableError } from "../../errors";
import { rejection, until } from "../compliance";
import { toContent } from "../payload";
import type { MqttForm } from ".";
import { freePort, startAedes } from "./test/brokers";
import { startConsumer, type TestConsumer } from "./test/sensor";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function consumer(timeoutMs?: number): Promise<TestConsumer> {
  const started = await startConsumer(timeoutMs);
  cleanups.push(() => started.stop());
  return started;
}

const json = (value: unknown) =>
  toContent({ type: "application/json", body: Buffer.from(JSON.stringify(value)) });

describe("MqttBindingClient", () => {
  it("says that the broker cannot be reached, within the time-out, for every operation", async () => {
    const { factory } = await consumer(100);
    const client = factory.getClient();
    const href = `mqtt://127.0.0.1:${await freePort()}`;
    const answered = { "fog:requestTopic": "r/{corr}", "fog:responseTopic": "o/{corr}" };
    const plain: MqttForm = { href, "mqv:topic": "t", "mqv:filter": "t", "mqv:qos": "1" };
    const attempts = [
      client.readResource({ ...plain, ...answered }),
      client.readResource(plain),
      client.writeResource(plain, json(1)),
      client.writeResource({ ...plain, ...answered }, json(1)),
      client.invokeResource({ ...plain, ...answered }),
      client.subscribeResource(plain, () => undefined),
    ];
    for (const error of await Promise.all(attempts.map((attempt) => rejection(attempt)))) {
      expect(error).toBeInstanceOf(UnreachableError);
    }
    expect(factory.counters).toMatchObject({ pending: 0, listeners: 0 });
  });

  it("refuses a form that names no topic, no broker or no QoS", async () => {
    const client = (await consumer()).factory.getClient();
    const href = "mqtt://127.0.0.1:1";
    expect(await rejection(client.readResource({ href }))).toHaveProperty("code", "CONFIG");
    expect(await rejection(client.readResource({ href: "http://x" }))).toHaveProperty(
      "code",
      "CONFIG",
    );
    const wrong = { href, "mqv:filter": "t", "mqv:qos": "3" } as unknown as MqttForm;
    expect(await rejection(client.readResource(wrong))).toHaveProperty("code", "INPUT");
  });

  it("is told of a subscription that the broker refuses, and authenticates with its credentials", async () => {
    const broker = await startAedes();
    cleanups.push(() => broker.stop());
    const aedes = broker.broker();
    aedes.authenticate = (_client, username, password, done) =>
      done(null, username === "ann" && password?.toString() === "secret");
    aedes.authorizeSubscribe = (_client, subscription, done) =>
      done(null, subscription.topic === "allowed" ? subscription : null);
    const { factory } = await consumer(5000);
    const client = factory.getClient();
    client.setSecurity([{ scheme: "basic" }], { username: "ann", password: "secret" });
    const form = (filter: string): MqttForm => ({ href: broker.url, "mqv:filter": filter });
    await client.subscribeResource(form("allowed"), () => undefined);
    const refused = await rejection(client.subscribeResource(form("forbidden"), () => undefined));
    expect(refused).toMatchObject({ code: "INTERACTION", status: 403 });
    const stranger = factory.getClient();
    expect(stranger.setSecurity([{ scheme: "basic" }], undefined)).toBe(false);
    expect(stranger.setSecurity([{ scheme: "nosec" }])).toBe(true);
  });

  it("closes the connection with the last client that is stopped", async () => {
    const broker = await startAedes();
    cleanups.push(() => broker.stop());
    const { factory } = await consumer();
    const clients = [factory.getClient(), factory.getClient()];
    const form: MqttForm = { href: broker.url, "mqv:filter": "t" };
    for (const client of clients) await client.subscribeResource(form, () => undefined);
    expect(factory.connections).toBe(1);
    await clients[0]?.stop();
    expect(factory.connections).toBe(1);
    await clients[1]?.stop();
    expect(factory.connections).toBe(0);
    await until("the broker to see it", () => broker.broker().connectedClients === 0);
  });
});
