import { createRng, Link, silentLogger, VirtualClock } from "@fogwot/core/base";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { DriverData } from "../drivers/driver";
import { type Message, parseMessage } from "./parser";
import { BoardSession } from "./session";
import { writeMessage } from "./writer";

const READ = { op: "read" } as const;
const KEEP_ALIVE_MS = 2_000;

describe("BoardSession", () => {
  let clock: VirtualClock;
  let sent: Message[];
  let heard: DriverData[];
  let counters: Record<string, number>;
  let filter: Link;
  let session: BoardSession;
  /** What the board answers, or nothing. */
  let answer: (message: Message) => Message | undefined;
  let uptimeMs: number;

  const reading = (sequence: number, type: "reading" | "push" = "reading"): Message => ({
    type,
    sequence,
    uptimeMs,
    ageMs: 300,
    values: [{ quantity: 1, milli: 20_000 }],
  });
  const reply = (message: Message): Message => {
    const { sequence } = message;
    return message.type === "set" ? { type: "ack", sequence } : reading(sequence);
  };
  const hears = (message: Message): void => session.take(writeMessage(message));
  const count = (type: Message["type"]): number => sent.filter((one) => one.type === type).length;
  const make = (parameters = {}, firstSequence = 65_534): void => {
    session = new BoardSession({
      deviceId: "a",
      driver: "test",
      transmit(packet) {
        const message = parseMessage(packet) as Message;
        sent.push(message);
        const answered = answer(message);
        if (answered) clock.schedule(5, () => hears(answered));
      },
      emit: (data) => heard.push(data),
      count: (cause) => {
        counters[cause] = (counters[cause] ?? 0) + 1;
      },
      clock,
      log: silentLogger,
      filter,
      firstSequence,
      keepAliveMs: KEEP_ALIVE_MS,
      offlineAfter: 3,
      parameters,
    });
    session.start();
  };

  beforeEach(() => {
    clock = new VirtualClock(1_000_000);
    filter = new Link({ settings: {}, rng: createRng(1, "filter"), clock });
    sent = [];
    heard = [];
    counters = {};
    answer = reply;
    uptimeMs = 10_000;
  });
  afterEach(async () => {
    session.stop();
    // The board's own replies under way.
    await clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  test("a device that answers gets one keep-alive per period of silence", async () => {
    make();
    await clock.advance(10 * KEEP_ALIVE_MS);
    expect(count("query")).toBeLessThanOrEqual(11);
    expect(session.state.status).toBe("online");
  });

  test("a silent device is offline after three keep-alives, then asked once per period", async () => {
    make();
    await clock.advance(100);
    answer = () => undefined;
    await clock.advance(3 * KEEP_ALIVE_MS);
    expect(session.state.status).toBe("online");
    await clock.advance(1.5 * KEEP_ALIVE_MS);
    expect(session.state.status).toBe("offline");
    const before = count("query");
    await clock.advance(10 * KEEP_ALIVE_MS);
    expect(count("query") - before).toBeLessThanOrEqual(11);
  });

  test("a link that loses 70 % of packets does not make a working device offline", async () => {
    const rng = createRng(5, "loss");
    answer = (message) => (rng.chance(0.7) ? undefined : reply(message));
    make();
    await clock.advance(600_000);
    expect(heard.filter((data) => data.kind === "status")).toHaveLength(1);
    expect(session.state.status).toBe("online");
  });

  test("sequence numbers wrap and skip those that wait", async () => {
    answer = () => undefined;
    make();
    const reads = [1, 2, 3].map(() => session.query(READ, 500));
    const outcomes = Promise.allSettled(reads);
    expect(sent.map(({ sequence }) => sequence)).toEqual([65_534, 65_535, 0, 1]);
    hears(reading(0));
    hears(reading(0));
    await clock.advance(600);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
    ]);
    expect(counters.late).toBe(1);
  });

  test("more requests than may wait are refused, and keep-alives stand back", async () => {
    answer = () => undefined;
    make();
    const reads = Promise.allSettled(Array.from({ length: 300 }, () => session.query(READ, 900)));
    await clock.advance(1_000);
    const refused = (await reads).filter(
      (one) => one.status === "rejected" && one.reason.code === "OVERLOADED",
    );
    expect(refused.length).toBe(300 - 255);
  });

  test("a reply of the wrong kind answers nobody", async () => {
    answer = () => undefined;
    make();
    const read = session.query(READ, 500);
    const lost = expect(read).rejects.toMatchObject({ code: "DEVICE_TIMEOUT" });
    hears({ type: "ack", sequence: sent.at(-1)?.sequence ?? 0 });
    await clock.advance(600);
    await lost;
    expect(counters.late).toBe(1);
  });

  test("sets go one at a time, and the wait for the one before is part of the time-out", async () => {
    answer = (message) => (message.type === "set" ? undefined : reply(message));
    make();
    await clock.advance(10);
    const first = session.query({ op: "set", parameter: "threshold", value: 25 }, 400);
    const second = session.query({ op: "set", parameter: "threshold", value: 26 }, 300);
    const both = Promise.allSettled([first, second]);
    await clock.advance(350);
    expect(sent.filter(({ type }) => type === "set")).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ value: 25_000 })),
    );
    await clock.advance(100);
    expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    answer = reply;
    const third = session.query({ op: "set", parameter: "threshold", value: null }, 300);
    await clock.advance(10);
    await expect(third).resolves.toEqual({ deviceRttMs: 5 });
    expect(sent.at(-1)).toMatchObject({ type: "set", parameter: 2, value: -2_147_483_648 });
  });

  test("a parameter written while the old one is being restored is what the board ends with", async () => {
    let isDeaf = true;
    answer = (message) => (message.type === "set" && isDeaf ? undefined : reply(message));
    make({ samplingIntervalMs: 2_000 });
    await clock.advance(50);
    const written = session.query(
      { op: "set", parameter: "samplingIntervalMs", value: 5_000 },
      5_000,
    );
    isDeaf = false;
    await clock.advance(5_000);
    await written;
    const sets = sent.filter((one) => one.type === "set");
    expect(sets.at(-1)).toMatchObject({ value: 5_000 });
    expect(session.state.parameters).toEqual({ samplingIntervalMs: 5_000 });
  });

  test("an uptime that falls is a restart; one that wraps is none", async () => {
    make({ samplingIntervalMs: 2_000 });
    await clock.advance(100);
    expect(count("set")).toBe(1);
    uptimeMs = 0xffff_fff0;
    await clock.advance(1.5 * KEEP_ALIVE_MS);
    uptimeMs = 500;
    await clock.advance(1.5 * KEEP_ALIVE_MS);
    expect([counters.restarts, count("set")]).toEqual([undefined, 1]);
    uptimeMs = 100;
    await clock.advance(1.5 * KEEP_ALIVE_MS);
    expect([counters.restarts, count("set")]).toEqual([1, 2]);
  });

  test("a parameter the board refuses is not asked for again and again", async () => {
    answer = (message) =>
      message.type === "set"
        ? { type: "error", sequence: message.sequence, code: 4 }
        : reply(message);
    make({ samplingIntervalMs: 1 });
    await clock.advance(10 * KEEP_ALIVE_MS);
    expect(count("set")).toBe(1);
  });

  test("a reset sets the parameters again", async () => {
    make({ samplingIntervalMs: 2_000 });
    await clock.advance(100);
    const reset = session.query({ op: "reset" }, 500);
    uptimeMs = 0;
    await clock.advance(100);
    await reset;
    const sets = sent.flatMap((one) => (one.type === "set" ? one.parameter : []));
    expect(sets).toEqual([1, 0, 1]);
    expect(counters.restarts).toBeUndefined();
  });

  test("of what a device type has of its own, a restart sets the settings again and no command", async () => {
    make();
    await clock.advance(100);
    for (const [parameter, value] of [["16", 2_900.5] as const, ["128", 30] as const]) {
      const set = session.query({ op: "set", parameter, value }, 1_000);
      await clock.advance(10);
      await set;
    }
    expect(session.state.parameters).toEqual({ "16": 2_900.5 });
    sent = [];
    uptimeMs = 1;
    await clock.advance(3 * KEEP_ALIVE_MS);
    const sets = sent.filter(({ type }) => type === "set");
    expect(sets).toMatchObject([{ parameter: 16, value: 2_900_500 }]);
  });

  test("what is pushed is a reading of now less its age", async () => {
    make();
    await clock.advance(100);
    heard.length = 0;
    hears(reading(7, "push"));
    expect(heard).toEqual([
      {
        kind: "reading",
        device: "a",
        reading: { values: { temperature: 20 }, timestampMs: clock.now() - 300, ageMs: 300 },
      },
    ]);
  });

  test("a board without a sample yet is online, and its read a DeviceFaultError", async () => {
    answer = ({ sequence }) => ({ type: "error", sequence, code: 5 });
    make();
    await clock.advance(10);
    expect(session.state).toMatchObject({ status: "online", lastReading: null });
    const read = session.query(READ, 500);
    const refused = expect(read).rejects.toThrow(/no sample yet/);
    await clock.advance(10);
    await refused;
  });

  test("a reply the filter delays beyond the time-out is lost", async () => {
    make();
    await clock.advance(10);
    filter.set({ extraDelayMs: 100 });
    const slow = session.query(READ, 500);
    const lost = expect(session.query(READ, 104)).rejects.toMatchObject({ code: "DEVICE_TIMEOUT" });
    await clock.advance(200);
    await lost;
    expect((await slow).deviceRttMs).toBe(105);
  });
});
