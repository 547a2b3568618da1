import { afterEach, describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../../time";
import { Deferred } from "../compliance";
import { EVENT_BURST } from "./constants";
import { EventPacer } from "./event-pacer";
import type { Publication } from "./outbox";
import { startMosquitto } from "./test/brokers";
import { listenTo } from "./test/messages";
import { startSensor } from "./test/sensor";

describe("EventPacer", () => {
  const clock = new VirtualClock(0);
  const event = (n: number): Publication => ({ topic: `${n}`, payload: "", qos: 1 });

  function pacer(options: { isNeeded?: boolean; maxQueued?: number } = {}) {
    const out: number[] = [];
    const { isNeeded = true, maxQueued = 10_000 } = options;
    const made = new EventPacer({
      ...{ clock, perSecond: 1_000, maxQueued },
      isNeeded: () => isNeeded,
      publish: ({ topic }) => out.push(Number(topic)),
    });
    return { made, out };
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

  it("lets a burst out as far as it fits, and the rest at its rate, in order", async () => {
    const { made, out } = pacer();
    for (const n of numbers(1_000)) made.publish(event(n));
    expect(out).toHaveLength(EVENT_BURST);
    await clock.advance(200);
    expect(out.length).toBeGreaterThan(EVENT_BURST + 190);
    expect(out.length).toBeLessThanOrEqual(EVENT_BURST + 200);
    await clock.advance(1_000);
    expect(out).toEqual(numbers(1_000));
    expect(made.waiting).toBe(0);
  });

  it("holds nothing back where there is no need", () => {
    const { made, out } = pacer({ isNeeded: false });
    for (const n of numbers(5_000)) made.publish(event(n));
    expect(out).toEqual(numbers(5_000));
  });

  it("hands on what waits when it is flushed, and drops the oldest of too many", () => {
    const { made, out } = pacer({ maxQueued: 10 });
    for (const n of numbers(EVENT_BURST + 15)) made.publish(event(n));
    expect([made.waiting, made.dropped]).toEqual([10, 5]);
    made.flush();
    expect(out.slice(-11)).toEqual([
      EVENT_BURST - 1,
      ...numbers(10).map((n) => EVENT_BURST + 5 + n),
    ]);
    expect(made.waiting).toBe(0);
  });
});

describe("a burst of events through mosquitto as it comes", () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  it("arrives whole and in order, although mosquitto keeps 1,000 messages for a subscriber", async () => {
    const broker = await startMosquitto({ keepsEverything: false });
    cleanups.push(() => broker.stop());
    const sensor = await startSensor(broker.url, { eventsPerSecond: 4_000 });
    cleanups.push(() => sensor.stop());
    const topic = `${sensor.base}/events/reading`;
    const slow = await listenTo(broker.url, topic, { protocolVersion: 5 });
    cleanups.push(() => slow.stop());
    const gate = new Deferred();
    const count = 5_000;
    let taken = 0;
    // It takes nothing until all is emitted, then as fast as it can.
    slow.client.handleMessage = (_packet, done) => {
      if (++taken > 1) done();
      else gate.promise.then(() => done(), done);
    };
    for (let n = 1; n <= count; n++) sensor.thing.emitEvent("reading", n);
    gate.resolve();
    const texts = await slow.count(topic, count);
    expect(texts).toEqual(Array.from({ length: count }, (_, n) => `${n + 1}`));
    expect(sensor.server.counters).toMatchObject({ dropped: 0, failed: 0 });
  });
});
