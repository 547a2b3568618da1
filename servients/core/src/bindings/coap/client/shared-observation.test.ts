import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Content, Form, ProtocolClient } from "@node-wot/core";
import { rejection, until } from "../../compliance";
import { type Demo, startDemo } from "../testing/demo";
import { CoapBindingClientFactory } from "./coap-client-factory";

describe("an observation shared by the clients of a factory", () => {
  let demo: Demo;
  let factory: CoapBindingClientFactory;
  beforeEach(async () => {
    demo = await startDemo();
    factory = new CoapBindingClientFactory({ timeoutMs: 2_000 });
  });
  afterEach(async () => {
    factory.destroy();
    await demo[Symbol.asyncDispose]();
  });

  const form = (where: string, op: string): Form => ({
    href: `coap://127.0.0.1:${demo.port}/demo/${where}`,
    contentType: "application/json",
    op: [op],
  });
  const state = () => form("properties/state", "observeproperty");

  async function listen(client: ProtocolClient, to: Form, fault?: Error) {
    const got: unknown[] = [];
    const errors: unknown[] = [];
    const next = (content: Content): void => {
      if (fault) throw fault;
      void content.toBuffer().then((body) => got.push(JSON.parse(body.toString())));
    };
    const subscription = await client.subscribeResource(to, next, (error) => errors.push(error));
    return { got, errors, stop: () => subscription.unsubscribe() };
  }

  it("is one registration at the server, until the last one stops", async () => {
    const clients = [factory.getClient(), factory.getClient(), factory.getClient()];
    const [first, second, third] = await Promise.all(
      clients.map((client) => listen(client, state())),
    );
    await demo.setState(5);
    for (const one of [first, second, third]) {
      await until("the change", () => one?.got.at(-1) === 5);
      expect(one?.got).toEqual([1, 5]);
    }
    expect([demo.server.counters.subscribers, factory.held.observations]).toEqual([1, 1]);
    first?.stop();
    second?.stop();
    await demo.setState(6);
    await until("the next", () => third?.got.at(-1) === 6);
    expect(first?.got).toEqual([1, 5]);
    third?.stop();
    await until("the end at the server", () => demo.server.counters.subscribers === 0);
    expect(factory.held.observations).toBe(0);
  });

  it("tells who joins later the state as it is, and no event that has been", async () => {
    const early = await listen(factory.getClient(), state());
    await demo.setState(7);
    await until("the change", () => early.got.at(-1) === 7);
    const late = await listen(factory.getClient(), state());
    await until("the state", () => late.got.length > 0);
    expect([late.got, early.got]).toEqual([[7], [1, 7]]);
    const event = form("events/reading", "subscribeevent");
    const heard = await listen(factory.getClient(), event);
    demo.thing.emitEvent("reading", 1);
    await until("the event", () => heard.got.length > 0);
    const later = await listen(factory.getClient(), event);
    demo.thing.emitEvent("reading", 2);
    await until("the next event", () => heard.got.length === 2);
    expect(later.got).toEqual([2]);
  });

  it("keeps one listener's fault from the others, and refuses all of them alike", async () => {
    const faulty = await listen(factory.getClient(), state(), new RangeError("of a script"));
    const sound = await listen(factory.getClient(), state());
    await demo.setState(8);
    await until("the change", () => sound.got.at(-1) === 8);
    expect(faulty.errors.length).toBeGreaterThan(0);
    const nowhere = form("properties/nosuch", "observeproperty");
    const refused = [1, 2].map(() => rejection(listen(factory.getClient(), nowhere)));
    for (const error of await Promise.all(refused)) expect(error).toMatchObject({ status: 404 });
    expect(factory.held.observations).toBe(1);
  });
});
