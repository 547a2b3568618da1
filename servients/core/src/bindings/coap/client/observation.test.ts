import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Content, Form } from "@node-wot/core";
import type { FogwotError, InteractionError } from "../../../errors";
import { VirtualClock } from "../../../time";
import { rejection, until } from "../../compliance";
import { CoapBindingClientFactory } from "..";
import { Code, type Message, MessageType, type Option, OptionNumber, uintOption } from "../message";
import { type Demo, startDemo } from "../testing/demo";
import { observeOf, RawPeer } from "../testing/raw-peer";

const ACKNOWLEDGED = { type: MessageType.acknowledgement, code: Code.content } as const;

const observe = (sequence: number): Option => uintOption(OptionNumber.observe, sequence);

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("observing with the CoAP client", () => {
  let server: RawPeer;
  let clock: VirtualClock;
  let factory: CoapBindingClientFactory;
  let values: string[];
  let errors: FogwotError[];
  beforeEach(async () => {
    server = await RawPeer.server();
    clock = new VirtualClock();
    factory = new CoapBindingClientFactory({ clock, timeoutMs: 5_000, pollingIntervalMs: 2_000 });
    values = [];
    errors = [];
  });
  afterEach(async () => {
    factory.destroy();
    await server[Symbol.asyncDispose]();
  });

  const form = (op: string[], port = server.port, path = "/value", more = {}): Form => ({
    href: `coap://127.0.0.1:${port}${path}`,
    contentType: "application/json",
    op,
    subprotocol: "cov:observe",
    ...more,
  });
  const PROPERTY = ["observeproperty", "unobserveproperty"];
  const EVENT = ["subscribeevent", "unsubscribeevent"];
  const take = (content: Content): void => {
    void content.toBuffer().then((body) => values.push(body.toString()));
  };
  const failed = (error: Error): void => {
    errors.push(error as FogwotError);
  };
  const registrations = (): Message[] => server.received.filter((m) => observeOf(m) === 0);
  /** Answers GETs with what `respond` gives, piggybacked. */
  const serve = (respond: (request: Message) => Partial<Message> | undefined): void => {
    server.onMessage = (request, reply) => {
      if (request.code !== Code.get) return;
      const { messageId, token } = request;
      const response = respond(request);
      if (response) {
        reply({
          type: MessageType.acknowledgement,
          code: Code.content,
          messageId,
          token,
          ...response,
        });
      }
    };
  };
  /** Waits for I/O that happens in real time while the virtual clock stands still. */
  const settled = async (awaited: string, condition: () => boolean): Promise<void> =>
    until(awaited, condition);

  it("delivers the state, then what is fresh, and resets what comes after stopping", async () => {
    let notify: (message: Partial<Message>) => void = () => undefined;
    let token = Buffer.alloc(0);
    server.onMessage = (request, reply) => {
      if (request.code !== Code.get) return;
      token = Buffer.from(request.token);
      notify = reply;
      const { messageId } = request;
      const options = observeOf(request) === 0 ? [observe(10)] : [];
      reply({
        type: MessageType.acknowledgement,
        code: Code.content,
        messageId,
        token,
        options,
        payload: Buffer.from("10"),
      });
    };
    const client = factory.getClient();
    await client.subscribeResource(form(PROPERTY), take, failed);
    for (const [messageId, sequence] of [
      [1, 12],
      [2, 11],
      [3, 12],
      [4, 13],
    ] as const) {
      notify({
        code: Code.content,
        messageId,
        token,
        options: [observe(sequence)],
        payload: Buffer.from(String(sequence)),
      });
    }
    await settled("the fresh ones", () => values.length === 3);
    expect(values).toEqual(["10", "12", "13"]);
    const acks = (type: number) =>
      server.received.filter((m) => m.type === type).map((m) => m.messageId);
    await settled("their ACKs", () => acks(MessageType.acknowledgement).length === 4);
    expect(acks(MessageType.acknowledgement)).toEqual([1, 2, 3, 4]);
    await client.unlinkResource(form(PROPERTY));
    expect(server.received.filter((m) => observeOf(m) === 1)).toHaveLength(1);
    notify({
      code: Code.content,
      messageId: 5,
      token,
      options: [observe(14)],
      payload: Buffer.from("14"),
    });
    await settled("the reset", () => acks(MessageType.reset).includes(5));
    expect([values.length, errors.length, factory.held.observations]).toEqual([3, 0, 0]);
  });

  it("takes no empty confirmation for an event, but an event without data for one", async () => {
    server.onMessage = (request, reply) => {
      if (request.code !== Code.get || observeOf(request) !== 0) return;
      const { messageId, token } = request;
      reply({ ...ACKNOWLEDGED, messageId, token, options: [observe(1)] });
      reply({ code: Code.content, messageId: 77, token, options: [observe(2)] });
    };
    await factory.getClient().subscribeResource(form(EVENT), take, failed);
    await settled("the event", () => values.length > 0);
    expect(values).toEqual([""]);
  });

  it("reads in intervals when the server takes no observers, and hands on changes only", async () => {
    const answers = ["1", "1", "2", "2", "3"];
    serve(() => ({ payload: Buffer.from(answers[server.received.length - 1] ?? "3") }));
    const client = factory.getClient();
    const polled = form(PROPERTY, server.port, "/value", { "cov:minPollingInterval": 10 });
    await client.subscribeResource(polled, take, failed);
    for (let n = 2; n <= 5; n++) {
      await until("the next reading to be scheduled", () => clock.pending === 1);
      await clock.advance(9_999);
      expect(server.received).toHaveLength(n - 1);
      await clock.advance(1);
      await settled("the reading", () => server.received.length === n);
    }
    await settled("three changes", () => values.length === 3);
    expect(values).toEqual(["1", "2", "3"]);
    expect(server.received.slice(1).map(observeOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await client.unlinkResource(polled);
    expect(clock.pending).toBe(0);
  });

  it("reads less often when the server says it is too often", async () => {
    serve(() =>
      server.received.length === 2 ? { code: Code.tooManyRequests } : { payload: Buffer.from("1") },
    );
    await factory.getClient().subscribeResource(form(PROPERTY), take, failed);
    await until("the next reading to be scheduled", () => clock.pending === 1);
    await clock.advance(2_000);
    await settled("the refusal", () => server.received.length === 2 && clock.pending === 1);
    await clock.advance(3_999);
    expect(server.received).toHaveLength(2);
    await clock.advance(1);
    await settled("the next reading", () => server.received.length === 3);
    expect(errors).toEqual([]);
  });

  it("reads again no sooner than the server says", async () => {
    const refusal = {
      code: Code.tooManyRequests,
      options: [uintOption(OptionNumber.maxAge, 30)],
    };
    serve(() => (server.received.length === 2 ? refusal : { payload: Buffer.from("1") }));
    await factory.getClient().subscribeResource(form(PROPERTY), take, failed);
    await until("the next reading to be scheduled", () => clock.pending === 1);
    await clock.advance(2_000);
    await settled("the refusal", () => server.received.length === 2 && clock.pending === 1);
    await clock.advance(29_999);
    expect(server.received).toHaveLength(2);
    await clock.advance(1);
    await settled("the next reading", () => server.received.length === 3);
  });

  it("registers again with its token when nothing came for longer than Max-Age", async () => {
    serve(() => ({
      options: [observe(server.received.length), uintOption(OptionNumber.maxAge, 30)],
      payload: Buffer.from("1"),
    }));
    await factory.getClient().subscribeResource(form(PROPERTY), take, failed);
    await clock.advance(35_000);
    expect(registrations()).toHaveLength(1);
    await clock.advance(10_000);
    // More than one when the virtual clock outruns the answer: those are retransmissions.
    await settled("the renewal", () => registrations().length >= 2);
    expect(registrations()[1]?.token).toEqual(registrations()[0]?.token);
  });

  it("rejects a subscription the server refuses, and leaves nothing behind", async () => {
    serve(() => ({ code: Code.notFound, payload: Buffer.from('{"title":"x","status":404}') }));
    const refused = await rejection(factory.getClient().subscribeResource(form(EVENT), take));
    expect([
      (refused as InteractionError).status,
      factory.held.observations,
      clock.pending,
    ]).toEqual([404, 0, 0]);
  });

  describe("of a real server", () => {
    let demo: Demo;
    beforeEach(async () => {
      demo = await startDemo();
    });
    afterEach(async () => {
      await demo[Symbol.asyncDispose]();
    });

    it("ends with the Thing, once", async () => {
      let completions = 0;
      const complete = (): void => {
        completions++;
      };
      const client = factory.getClient();
      await client.subscribeResource(
        form(EVENT, demo.port, "/demo/events/reading"),
        take,
        failed,
        complete,
      );
      await demo.thing.destroy();
      await settled("the end", () => completions === 1);
      expect(errors.map((error) => error.status)).toEqual([404]);
      expect([factory.held.observations, clock.pending]).toEqual([0, 0]);
    });

    it("comes back by itself after the server has restarted", async () => {
      const { port } = demo;
      const observed = form(EVENT, port, "/demo/events/reading");
      await factory.getClient().subscribeResource(observed, take, failed);
      await demo[Symbol.asyncDispose]();
      await settled("the outage to be noticed", () => errors.length === 1);
      await until("the first attempt to be scheduled", () => clock.pending === 1);
      await clock.advance(1_000);
      await until("the second attempt to be scheduled", () => clock.pending === 1);
      demo = await startDemo({ port });
      await clock.advance(2_000);
      await settled("the registration", () => demo.server.counters.subscribers === 1);
      demo.thing.emitEvent("reading", "again");
      await settled("the event", () => values.length === 1);
      expect([values, errors.length]).toEqual([['"again"'], 1]);
    });

    it("delivers notifications larger than a datagram whole and in order", async () => {
      const sizes = [1, 3_000, 2, 5_000, 4_000, 3];
      await factory
        .getClient()
        .subscribeResource(form(EVENT, demo.port, "/demo/events/reading"), take, failed);
      for (const size of sizes) demo.thing.emitEvent("reading", "e".repeat(size));
      await settled("all of them", () => values.length === sizes.length);
      expect(values.map((value) => value.length - 2)).toEqual(sizes);
      expect(errors).toEqual([]);
    });

    it("tells the server when the client is stopped without a word", async () => {
      await factory
        .getClient()
        .subscribeResource(form(EVENT, demo.port, "/demo/events/reading"), take);
      expect(demo.server.counters.subscribers).toBe(1);
      factory.destroy();
      await settled("the observer to be dropped", () => demo.server.counters.subscribers === 0);
    });
  });
});
