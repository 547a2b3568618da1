import { describe, expect, it, jest } from "@jest/globals";
import { until } from "../compliance";
import { CoapBindingClientFactory, type CoapServerOptions } from ".";
import { Code, type Message, MessageType, OptionNumber, uintOption, uriOptions } from "./message";
import { startDemo } from "./testing/demo";
import { observeOf, RawPeer } from "./testing/raw-peer";
import { KEYS, typedAccess } from "./testing/users";

const BURST = 5_000;

// Real sockets on a machine that may be busy.
jest.setTimeout(60_000);

/** The short form of `npm run soak -- events`. */
describe.each(["coap", "coaps+tcp"] as const)("events of one burst over %s", (scheme) => {
  async function deliver(options: Partial<CoapServerOptions>, emitted: (n: number) => unknown) {
    const { access } = typedAccess();
    const isSecure = scheme === "coaps+tcp";
    const secure = isSecure ? { secure: { port: 0, access } } : {};
    await using demo = await startDemo({ ...secure, ...options });
    const psk = { identity: "admin", key: Buffer.from(KEYS.admin ?? "") };
    const factory = new CoapBindingClientFactory({ scheme, psk });
    const port = isSecure ? demo.securePort : demo.port;
    const form = {
      href: `${scheme}://127.0.0.1:${port}/demo/events/reading`,
      contentType: "application/json",
      op: ["subscribeevent", "unsubscribeevent"],
    };
    const values: string[] = [];
    await factory.getClient().subscribeResource(form, (content) => {
      void content.toBuffer().then((body) => values.push(JSON.parse(body.toString())));
    });
    const last = emitted(BURST);
    for (let n = 1; n <= BURST; n++) demo.thing.emitEvent("reading", emitted(n) as never);
    await until("the last event", () => values.at(-1) === last, 30_000);
    const { notifications, skipped } = demo.server.counters;
    const client = factory.counters;
    factory.destroy();
    access.close();
    return { values, notifications, skipped, client };
  }

  it("keep their order, the last arrives, and each skipped one is counted on either side", async () => {
    const { values, notifications, skipped, client } = await deliver(
      { maxQueuedEvents: 500 },
      (n) => n,
    );
    expect([notifications, notifications + skipped]).toEqual([501, BURST]);
    expect(client).toEqual({ notifications, missed: skipped });
    expect(values).toHaveLength(notifications);
    expect([...values].sort((a, b) => Number(a) - Number(b))).toEqual(values);
  });

  it("are queued up to a maximum of bytes as well", async () => {
    const text = (n: number): string => `${n} ${"x".repeat(900)}`;
    const { notifications, skipped } = await deliver({ maxQueuedBytes: 100_000 }, text);
    expect(notifications).toBeLessThan(120);
    expect(notifications + skipped).toBe(BURST);
  });
});

describe("events while packets are lost", () => {
  it("all arrive, in their order, when those that wait for a retransmission fit the queue", async () => {
    const transmission = { ackTimeoutMs: 30, ackRandomFactor: 1 };
    await using demo = await startDemo({ transmission });
    await using peer = await RawPeer.client(demo.port);
    const got: Message[] = [];
    let heard = 0;
    peer.onMessage = (message) => {
      if (message.type !== MessageType.confirmable) return;
      // Every third packet is lost.
      if (++heard % 3 === 0) return;
      if (!got.some(({ messageId }) => messageId === message.messageId)) got.push(message);
      const { messageId } = message;
      peer.send({ type: MessageType.acknowledgement, messageId, token: Buffer.of() });
    };
    const observe = uintOption(OptionNumber.observe, 0);
    const options = [...uriOptions("/demo/events/reading", ""), observe];
    await peer.request({ code: Code.get, options });
    for (let n = 1; n <= 30; n++) demo.thing.emitEvent("reading", n);
    await until("the last event", () => got.at(-1)?.payload.toString() === "30");
    expect(got.map(({ payload }) => Number(payload.toString()))).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
    expect(got.map(observeOf)).toEqual(Array.from({ length: 30 }, (_, n) => n + 2));
    expect(demo.server.counters.skipped).toBe(0);
  });
});
