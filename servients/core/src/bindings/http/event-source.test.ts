import { afterEach, describe, expect, it } from "@jest/globals";
import { Rig, until } from "../compliance";
import type { HttpBindingServer } from "./server/server";
import { openHttpHarness } from "./testing/harness";
import { Relay } from "./testing/relay";

/** The part of the WHATWG interface that is used here; the package brings no types. */
interface EventSourceLike {
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string; lastEventId: string }) => void) | null;
  onerror: ((event: { status?: number }) => void) | null;
  addEventListener(type: string, listener: (event: { type: string; data: string }) => void): void;
  close(): void;
}
const EventSource: new (url: string) => EventSourceLike = require("eventsource");

describe("an EventSource that knows nothing of WoT", () => {
  let rig: Rig;
  const sources: EventSourceLike[] = [];
  afterEach(async () => {
    for (const source of sources.splice(0)) source.close();
    await rig.stop();
  });

  async function start(): Promise<string> {
    rig = await new Rig(await openHttpHarness(), { title: "Compliance 1" }).start();
    return `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  }
  async function open(url: string): Promise<EventSourceLike> {
    const source = new EventSource(url);
    sources.push(source);
    let isOpen = false;
    source.onopen = () => {
      isOpen = true;
    };
    await until("the stream to open", () => isOpen);
    return source;
  }

  it("gets messages where the form asks for them, in order", async () => {
    const source = await open(`${await start()}/events/reading?sse=message`);
    const got: string[] = [];
    source.onmessage = ({ data }) => got.push(data);
    for (let n = 0; n < 500; n++) rig.thing.emitEvent("reading", { n });
    await until("the burst", () => got.length === 500);
    expect(got).toEqual(Array.from({ length: 500 }, (_, n) => `{"n":${n}}`));
  });

  it("gets every event of a Thing by its name from one stream", async () => {
    const source = await open(`${await start()}/events`);
    const got: [string, string][] = [];
    for (const name of ["reading", "ping"]) {
      source.addEventListener(name, ({ type, data }) => got.push([type, data]));
    }
    rig.thing.emitEvent("reading", { n: 1 });
    rig.thing.emitEvent("reading", { n: 2 });
    await until("both", () => got.length === 2);
    expect(got).toEqual([
      ["reading", '{"n":1}'],
      ["reading", '{"n":2}'],
    ]);
  });

  it("comes back by itself after its connection broke, and has missed nothing", async () => {
    const url = new URL(`${await start()}/events/reading?sse=message`);
    const relay = new Relay(Number(url.port));
    url.port = String(await relay.start());
    const source = await open(url.href);
    const got: number[] = [];
    const ids = new Set<string>();
    source.onmessage = ({ data, lastEventId }) => {
      got.push((JSON.parse(data) as { n: number }).n);
      ids.add(lastEventId);
    };
    rig.thing.emitEvent("reading", { n: 0 });
    await until("the first", () => got.length === 1);
    relay.breakAll();
    await until("it to be gone", () => rig.server.counters.subscribers === 0);
    for (const n of [1, 2, 3]) rig.thing.emitEvent("reading", { n });
    await until("what it missed", () => got.length === 4);
    expect([got, ids.size]).toEqual([[0, 1, 2, 3], 4]);
    source.close();
    await relay.stop();
  });

  it("is told by the status when there is no such event", async () => {
    const source = new EventSource(`${await start()}/events/nosuch`);
    sources.push(source);
    let status = 0;
    source.onerror = (event) => {
      status = event.status ?? -1;
    };
    await until("the refusal", () => status !== 0);
    expect([status, source.readyState]).toEqual([404, 2]);
  });
});
