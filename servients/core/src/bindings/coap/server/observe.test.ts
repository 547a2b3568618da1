import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { until } from "../../compliance";
import {
  codeText,
  decodeBlock,
  findOption,
  type Message,
  MessageType,
  OptionNumber,
  uintOption,
} from "../message";
import { type Demo, startDemo } from "../testing/demo";
import { get, observeOf, RawPeer } from "../testing/raw-peer";

const REGISTER = uintOption(OptionNumber.observe, 0);
const DEREGISTER = uintOption(OptionNumber.observe, 1);
const TOKEN = Buffer.of(0xaa, 0xbb);

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("observing over CoAP", () => {
  let demo: Demo;
  let peer: RawPeer;
  beforeEach(async () => {
    demo = await startDemo({ maxSubscribers: 3, maxQueuedEvents: 4 });
    peer = await RawPeer.client(demo.port);
  });
  afterEach(async () => {
    await peer[Symbol.asyncDispose]();
    await demo[Symbol.asyncDispose]();
  });

  const acknowledge = (message: Message): void => {
    const { messageId } = message;
    peer.send({ type: MessageType.acknowledgement, messageId, token: Buffer.of() });
  };
  /** Confirmable notifications only: responses to requests are piggybacked. */
  const notifications = (): Message[] =>
    peer.received.filter(
      (m) => observeOf(m) !== undefined && m.type !== MessageType.acknowledgement,
    );
  const nextNotification = async (count: number): Promise<Message> => {
    await until(`notification ${count}`, () => notifications().length >= count);
    return notifications()[count - 1] as Message;
  };
  const subscribers = (): number => demo.server.counters.subscribers;

  it("answers with the state and notifies of each change with a higher number", async () => {
    const first = await peer.request({
      ...get("/demo/properties/state", [REGISTER]),
      token: TOKEN,
    });
    expect([first.payload.toString(), observeOf(first)]).toEqual(["1", 1]);
    let previous = 1;
    for (const value of [10, 11]) {
      await demo.setState(value);
      const notified = await nextNotification(value - 9);
      expect(notified.type).toBe(MessageType.confirmable);
      expect([notified.payload.toString(), notified.token]).toEqual([String(value), TOKEN]);
      expect(observeOf(notified)).toBeGreaterThan(previous);
      previous = observeOf(notified) ?? 0;
      acknowledge(notified);
    }
  });

  it("sends one confirmable notification at a time; a property skips to its last state", async () => {
    await peer.request(get("/demo/properties/state", [REGISTER]));
    for (const value of [1, 2, 3, 4, 5]) await demo.setState(value);
    const one = await nextNotification(1);
    expect([one.payload.toString(), notifications().length]).toEqual(["1", 1]);
    acknowledge(one);
    const last = await nextNotification(2);
    expect(last.payload.toString()).toBe("5");
    acknowledge(last);
    expect(demo.server.counters.skipped).toBe(3);
  });

  it("queues events, skips the oldest beyond the maximum and counts them in the numbers", async () => {
    await peer.request(get("/demo/events/reading", [REGISTER]));
    for (let n = 1; n <= 10; n++) demo.thing.emitEvent("reading", n);
    const got: [string, number | undefined][] = [];
    for (let n = 1; n <= 5; n++) {
      const notified = await nextNotification(n);
      got.push([notified.payload.toString(), observeOf(notified)]);
      acknowledge(notified);
    }
    expect(got).toEqual([
      ["1", 2],
      ["7", 8],
      ["8", 9],
      ["9", 10],
      ["10", 11],
    ]);
    expect(demo.server.counters.skipped).toBe(5);
  });

  it("ends by Observe 1 with the same token", async () => {
    await peer.request({ ...get("/demo/properties/state", [REGISTER]), token: TOKEN });
    expect(subscribers()).toBe(1);
    const other = await peer.request(get("/demo/properties/state", [DEREGISTER]));
    expect([observeOf(other), subscribers()]).toEqual([undefined, 1]);
    const answer = await peer.request({
      ...get("/demo/properties/state", [DEREGISTER]),
      token: TOKEN,
    });
    expect([codeText(answer.code), observeOf(answer)]).toEqual(["2.05", undefined]);
    expect(subscribers()).toBe(0);
  });

  it("ends when a confirmable notification is reset", async () => {
    await peer.request(get("/demo/events/reading", [REGISTER]));
    demo.thing.emitEvent("reading", 1);
    const { messageId } = await nextNotification(1);
    peer.send({ type: MessageType.reset, messageId, token: Buffer.of() });
    await until("the observer to be dropped", () => subscribers() === 0);
    expect(demo.server.held.confirmables).toBe(0);
  });

  it("notifies without confirmation whoever asked so, until that is reset", async () => {
    const request = { ...get("/demo/events/reading", [REGISTER]), token: TOKEN };
    await peer.request({ ...request, type: MessageType.nonConfirmable });
    peer.received.length = 0;
    demo.thing.emitEvent("reading", 1);
    demo.thing.emitEvent("reading", 2);
    const second = await nextNotification(2);
    expect(notifications().map((m) => m.type)).toEqual([1, 1]);
    peer.send({ type: MessageType.reset, messageId: second.messageId, token: Buffer.of() });
    await until("the observer to be dropped", () => subscribers() === 0);
  });

  it("keeps one entry per token and endpoint, whatever is observed with it", async () => {
    const observe = (path: string, token: Buffer) =>
      peer.request({ ...get(path, [REGISTER]), token });
    await observe("/demo/properties/state", TOKEN);
    const refreshed = await observe("/demo/properties/state", TOKEN);
    expect([subscribers(), observeOf(refreshed)]).toEqual([1, 2]);
    await observe("/demo/events/reading", TOKEN);
    expect(subscribers()).toBe(1);
    await demo.setState(5);
    demo.thing.emitEvent("reading", "only this");
    expect((await nextNotification(1)).payload.toString()).toBe('"only this"');
  });

  it("says 5.03 and when to come back, when observers are at their maximum", async () => {
    for (let n = 0; n < 3; n++) await peer.request(get("/demo/properties/state", [REGISTER]));
    for (const path of ["properties/state", "events/reading", "events"]) {
      const refused = await peer.request(get(`/demo/${path}`, [REGISTER]));
      expect([codeText(refused.code), observeOf(refused)]).toEqual(["5.03", undefined]);
      expect(findOption(refused.options, OptionNumber.maxAge)?.value).toEqual(Buffer.of(1));
      expect(JSON.parse(refused.payload.toString())).toMatchObject({
        code: "OVERLOADED",
        detail: "this server's observers are at their maximum",
      });
    }
    expect(subscribers()).toBe(3);
    expect((await peer.request(get("/demo/properties/state"))).payload.toString()).toBe("1");
  });

  it("ignores Observe on a property that is not observable", async () => {
    const answer = await peer.request(get("/demo/properties/plain", [REGISTER]));
    expect([answer.payload.toString(), observeOf(answer), subscribers()]).toEqual([
      "7",
      undefined,
      0,
    ]);
  });

  it("tells observers of a destroyed Thing 4.04, and of a stopped server 5.03", async () => {
    const tokens = [Buffer.of(1), Buffer.of(2)] as const;
    await peer.request({ ...get("/demo/events/reading", [REGISTER]), token: tokens[0] });
    await demo.thing.destroy();
    const gone = await peer.next((m) => m.token.equals(tokens[0]) && m.code >= 0x80);
    expect([codeText(gone.code), subscribers()]).toEqual(["4.04", 0]);
    await demo.thing.expose();
    await peer.request({ ...get("/demo/events/reading", [REGISTER]), token: tokens[1] });
    await demo.server.stop();
    const stopped = await peer.next((m) => m.token.equals(tokens[1]) && m.code >= 0x80);
    expect(codeText(stopped.code)).toBe("5.03");
  });

  it("starts a block-wise transfer with a large notification and holds the next one until it is fetched", async () => {
    await peer.request(get("/demo/events/reading", [REGISTER]));
    demo.thing.emitEvent("reading", "a".repeat(1_500));
    demo.thing.emitEvent("reading", "next");
    const first = await nextNotification(1);
    acknowledge(first);
    const block = decodeBlock(
      findOption(first.options, OptionNumber.block2)?.value ?? Buffer.of(7),
    );
    expect(block).toEqual({ number: 0, more: true, size: 1024 });
    const rest = await peer.request(
      get("/demo/events/reading", [uintOption(OptionNumber.block2, (1 << 4) | 6)]),
    );
    const etag = (message: Message) => findOption(message.options, OptionNumber.etag)?.value;
    expect(etag(rest)).toEqual(etag(first));
    expect(Buffer.concat([first.payload, rest.payload]).toString()).toBe(`"${"a".repeat(1_500)}"`);
    expect((await nextNotification(2)).payload.toString()).toBe('"next"');
  });
});
