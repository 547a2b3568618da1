import { afterEach, describe, expect, it } from "@jest/globals";
import { Rig, until } from "../../compliance";
import type { HttpServerOptions } from "../options";
import type { HttpBindingServer } from "../server/server";
import { EventReader } from "../testing/event-reader";
import { openHttpHarness } from "../testing/harness";
import { RawConnection } from "../testing/raw";

describe("HTTP event streams", () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  async function start(options: Partial<HttpServerOptions> = {}): Promise<string> {
    rig = await new Rig(await openHttpHarness(options), { title: "Compliance 1" }).start();
    return `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  }
  const emit = (n: number): void => rig.thing.emitEvent("reading", { n });
  const open = (): number => rig.server.counters.subscribers ?? 0;

  it("name the event on its own URL and leave it a message where the form asks for that", async () => {
    const url = await start();
    const named = await EventReader.open(`${url}/events/reading`);
    const plain = await EventReader.open(`${url}/events/reading?sse=message`);
    emit(1);
    await until("both events", () => named.events.length + plain.events.length === 2);
    expect(named.events[0]).toMatchObject({ type: "reading", data: '{"n":1}' });
    expect(plain.events[0]).toMatchObject({ type: "message", data: '{"n":1}' });
    expect(named.events[0]?.id).toBe(plain.events[0]?.id);
    expect(named.response.headers.get("cache-control")).toBe("no-store");
    await named.close();
    await plain.close();
  });

  it("replay what a subscriber missed since its last event id", async () => {
    const url = `${await start()}/events/reading`;
    const first = await EventReader.open(url);
    emit(1);
    emit(2);
    await until("two events", () => first.events.length === 2);
    await first.close();
    await until("the subscriber to be gone", () => open() === 0);
    for (const n of [3, 4, 5]) emit(n);
    const headers = { "last-event-id": first.events[0]?.id ?? "" };
    const second = await EventReader.open(url, headers);
    emit(6);
    await until("the missed events and the new one", () => second.events.length >= 5);
    expect(second.data).toEqual([2, 3, 4, 5, 6].map((n) => ({ n })));
    await second.close();
  });

  it("replay nothing for an id of another run, or one that is no id", async () => {
    const url = `${await start()}/events/reading`;
    const witness = await EventReader.open(url);
    emit(1);
    await until("an event", () => witness.events.length === 1);
    for (const id of ["old-1", "1", "-", "x-y"]) {
      const reader = await EventReader.open(url, { "last-event-id": id });
      emit(2);
      await until("an event", () => reader.events.length > 0);
      expect(reader.data[0]).toEqual({ n: 2 });
      await reader.close();
    }
    await witness.close();
  });

  it("forget missed events after the replay window", async () => {
    const url = `${await start({ replayWindowMs: 1 })}/events/reading`;
    let released = false;
    rig.thing.setEventUnsubscribeHandler("reading", async () => {
      released = true;
    });
    const first = await EventReader.open(url);
    emit(1);
    await until("an event", () => first.events.length === 1);
    await first.close();
    await until("the window to close", () => released);
    emit(2);
    const second = await EventReader.open(url, { "last-event-id": first.events[0]?.id ?? "" });
    emit(3);
    await until("an event", () => second.events.length > 0);
    expect(second.data).toEqual([{ n: 3 }]);
    await second.close();
  });

  it("observe a property at its own URL where an event stream is asked for", async () => {
    const url = `${await start()}/properties/counter`;
    const reader = await EventReader.open(url);
    await rig.controls.setCounter(41);
    await until("the change", () => reader.events.length > 0);
    expect(reader.events[0]).toMatchObject({ type: "counter", data: "41" });
    await reader.close();
    expect(await (await fetch(url)).json()).toBe(41);
  });

  it("are refused beyond the configured number with 503 and when to come back", async () => {
    const url = `${await start({ maxSubscribers: 2 })}/events/reading`;
    const readers = [await EventReader.open(url), await EventReader.open(url)];
    const refused = await fetch(url);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({
      code: "OVERLOADED",
      details: { maxSubscribers: 2 },
    });
    emit(1);
    await until("both events", () => readers.every((reader) => reader.events.length === 1));
    await readers[0]?.close();
    await until("the subscriber to be gone", () => open() === 1);
    readers.push(await EventReader.open(url));
    for (const reader of readers) await reader.close();
  });

  it("are closed when the reader is too slow, and nobody else suffers", async () => {
    const url = await start({ maxQueuedBytes: 256 * 1024 });
    const slow = new RawConnection(rig.server.getPort());
    slow.socket.pause();
    slow.send("GET /compliance-1/events/reading HTTP/1.1\r\nHost: x\r\n\r\n");
    const quick = await EventReader.open(`${url}/events/reading`);
    await until("both to subscribe", () => open() === 2);
    const text = "x".repeat(64 * 1024);
    const server = rig.server as unknown as HttpBindingServer;
    let sent = 0;
    while (server.counters.droppedSubscribers === 0 && sent < 1000) {
      rig.thing.emitEvent("reading", { n: ++sent, text });
      await until("the quick reader", () => quick.events.length === sent);
    }
    expect(server.counters.droppedSubscribers).toBe(1);
    expect(quick.events).toHaveLength(sent);
    slow.end();
    await quick.close();
  });

  it("carry comments that keep the connection open", async () => {
    await start({ keepAliveCommentMs: 5 });
    const raw = new RawConnection(rig.server.getPort());
    raw.send("GET /compliance-1/events/ping HTTP/1.1\r\nHost: x\r\n\r\n");
    await until("two comments", () => raw.received.split("\r\n:\n\n\r\n").length > 2);
    raw.end();
  });

  it("deliver 20,000 events of one burst, all of them in order", async () => {
    const reader = await EventReader.open(`${await start()}/events/reading`);
    for (let n = 0; n < 20_000; n++) emit(n);
    await until("the burst", () => reader.events.length >= 20_000, 20_000);
    const wanted = Array.from({ length: 20_000 }, (_, n) => n);
    expect(reader.data.map((value) => (value as { n: number }).n)).toEqual(wanted);
    await reader.close();
  }, 30_000);

  it("end when the Thing is destroyed", async () => {
    const reader = await EventReader.open(`${await start()}/events/reading`);
    await rig.thing.destroy();
    await reader.ended;
    expect(open()).toBe(0);
  });
});
