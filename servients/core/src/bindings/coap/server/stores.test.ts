import { describe, expect, it, jest } from "@jest/globals";
import { PayloadTooLargeError } from "../../../errors";
import { VirtualClock } from "../../../time";
import { until } from "../../compliance";
import { Code, OptionNumber, uintOption } from "../message";
import { startDemo } from "../testing/demo";
import { get, RawPeer } from "../testing/raw-peer";
import { BlockAssembly } from "./block-assembly";
import { BlockSlices } from "./block-slices";
import { response } from "./exchange";

const block = (number: number, more: boolean) => ({ number, more, size: 64 });
const bytes = Buffer.alloc(64);

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("unfinished uploads", () => {
  const assembly = (clock = new VirtualClock()) =>
    new BlockAssembly({
      clock,
      maximumPayloadBytes: 192,
      maximumTotalBytes: 128,
      idleMs: 1_000,
    });

  it("hold no more than their share, and the idle ones make room", async () => {
    const clock = new VirtualClock();
    const uploads = assembly(clock);
    expect(uploads.take("a", block(0, true), bytes)).toBe("continue");
    expect(uploads.take("b", block(0, true), bytes)).toBe("continue");
    expect(uploads.take("c", block(0, true), bytes)).toBe("busy");
    await clock.advance(500);
    expect(uploads.take("b", block(0, true), bytes)).toBe("continue");
    await clock.advance(501);
    expect(uploads.take("c", block(0, true), bytes)).toBe("continue");
    expect(uploads.take("a", block(1, false), bytes)).toBe("incomplete");
    expect(uploads.bytes).toBe(128);
    uploads.clear();
    expect(uploads.bytes).toBe(0);
  });

  it("begin anew with block 0 and end with the whole payload", () => {
    const uploads = assembly();
    uploads.take("a", block(0, true), Buffer.alloc(64, 1));
    uploads.take("a", block(0, true), Buffer.alloc(64, 2));
    expect(uploads.take("a", block(1, false), Buffer.alloc(3, 3))).toEqual(
      Buffer.concat([Buffer.alloc(64, 2), Buffer.alloc(3, 3)]),
    );
    expect(uploads.bytes).toBe(0);
    expect(uploads.take("a", block(0, true), Buffer.alloc(60))).toBe("incomplete");
    expect(() => uploads.take("a", block(3, false), bytes)).toThrow(PayloadTooLargeError);
  });
});

describe("large responses", () => {
  const room = { roomBytes: 64, takesBert: false };

  it("can be fetched for their lifetime, the oldest give way to new ones", async () => {
    const clock = new VirtualClock();
    const fetched: string[] = [];
    const slices = new BlockSlices({
      clock,
      maximumTotalBytes: 400,
      lifetimeMs: 1_000,
      onFetched: (key) => fetched.push(key),
    });
    const large = response(Code.content, [], Buffer.alloc(150));
    for (const key of ["a", "b", "c"]) slices.first(key, large, undefined, room);
    expect([slices.bytes, slices.next("a", block(1, false), room)]).toEqual([300, undefined]);
    expect(slices.next("b", block(1, false), room)?.payload).toHaveLength(64);
    expect(slices.next("b", block(2, false), room)?.payload).toHaveLength(22);
    expect(fetched).toEqual(["b"]);
    await clock.advance(1_000);
    expect(slices.next("c", block(1, false), room)).toBeUndefined();
  });
});

describe("an observer that has vanished", () => {
  it("is dropped after the retransmissions, with its timers", async () => {
    const clock = new VirtualClock();
    await using demo = await startDemo({ clock });
    await using peer = await RawPeer.client(demo.port);
    await peer.request(get("/demo/events/reading", [uintOption(OptionNumber.observe, 0)]));
    demo.thing.emitEvent("reading", "x".repeat(2_000));
    await until("the notification to be under way", () => demo.server.held.confirmables === 1);
    await clock.advance(100_000);
    expect(demo.server.counters.subscribers).toBe(0);
    expect([demo.server.held.confirmables, clock.pending]).toEqual([0, 0]);
  });
});
