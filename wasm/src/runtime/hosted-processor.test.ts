import { beforeEach, describe, expect, it } from "@jest/globals";
import { ProcessorFaultError, ProcessorStoppedError, VersionRefusedError } from "./fault";
import { HostedProcessor } from "./hosted-processor";
import type { ProcessorEvent } from "./options";
import { SummingVersion } from "./test/summing-version";

let nowMs: number;
let events: ProcessorEvent[];
const clock = { monotonicMs: () => nowMs };
beforeEach(() => {
  nowMs = 0;
  events = [];
});

const host = (first = new SummingVersion("a")): HostedProcessor =>
  new HostedProcessor(
    {
      name: "sum",
      clock,
      probation: { frames: 3, durationMs: 100 },
      onEvent: (event) => events.push(event),
    },
    first,
  );

/** The running sum after one more frame. */
const sumAfter = (hosted: HostedProcessor, value: number): number | undefined =>
  hosted.process(0, Uint8Array.of(value)).emissions[0]?.bytes[0];

describe("a hosted processor", () => {
  it("hands its state to the next version between two frames", () => {
    const hosted = host();
    expect([sumAfter(hosted, 1), sumAfter(hosted, 2)]).toEqual([1, 3]);
    expect(hosted.swap(new SummingVersion("b"))).toBe("saved");
    expect(sumAfter(hosted, 4)).toBe(7);
    expect(hosted.swap(new SummingVersion("b"))).toBe("image");
    expect(sumAfter(hosted, 8)).toBe(15);
    expect(hosted.swap(new SummingVersion("c", { acceptsState: [9] }))).toBe("cold");
    expect(sumAfter(hosted, 16)).toBe(16);
    expect(events.map(({ kind }) => kind)).toEqual(["swapped", "swapped", "swapped"]);
  });

  it("gives the frame that broke a version to the one before it, which has the state it had", () => {
    const hosted = host();
    sumAfter(hosted, 1);
    hosted.swap(new SummingVersion("b", { breaksOn: 99 }));
    expect(sumAfter(hosted, 2)).toBe(3);
    expect(sumAfter(hosted, 99)).toBe(100);
    expect(hosted.active.wasmSha256).toBe("a");
    expect(events.slice(1)).toEqual([
      { kind: "fault", fault: "trap", wasmSha256: "b", message: expect.any(String) },
      {
        kind: "swapped",
        reason: "fault",
        from: "b",
        to: "a",
        state: "image",
        pauseMs: expect.any(Number),
      },
    ]);
    expect(hosted.figures()).toMatchObject({ framesIn: 3, framesDropped: 0, rollbacks: 1 });
  });

  it("does not take a version again that failed here", () => {
    const hosted = host();
    hosted.swap(new SummingVersion("b", { breaksOn: 1 }));
    sumAfter(hosted, 1);
    expect(() => hosted.swap(new SummingVersion("b"))).toThrow(VersionRefusedError);
    expect(sumAfter(hosted, 1)).toBe(2);
  });

  it("is confirmed after both the frames and the time of its probation", () => {
    const hosted = host();
    hosted.swap(new SummingVersion("b"));
    for (let i = 0; i < 5; i++) sumAfter(hosted, 1);
    expect(hosted.status).toBe("probation");
    nowMs = 100;
    sumAfter(hosted, 1);
    expect(hosted.status).toBe("confirmed");
    expect(events.at(-1)).toEqual({ kind: "confirmed", wasmSha256: "b" });
  });

  it("goes back on demand, once, to the state that was replaced", () => {
    const hosted = host();
    sumAfter(hosted, 1);
    hosted.swap(new SummingVersion("b"));
    sumAfter(hosted, 50);
    hosted.rollback();
    expect(sumAfter(hosted, 2)).toBe(3);
    expect(() => hosted.rollback()).toThrow(VersionRefusedError);
  });

  it("starts again without the frame that broke it when it is alone, and stops when that is no use", () => {
    const hosted = host(new SummingVersion("a", { breaksOn: 99 }));
    sumAfter(hosted, 1);
    for (let i = 0; i < 3; i++) {
      expect(sumAfter(hosted, 99)).toBeUndefined();
      expect(sumAfter(hosted, 1)).toBe(1);
    }
    expect(sumAfter(hosted, 99)).toBeUndefined();
    expect(() => sumAfter(hosted, 1)).toThrow(ProcessorStoppedError);
    expect(hosted.figures()).toMatchObject({ framesDropped: 5, faults: { trap: 4 } });
    hosted.swap(new SummingVersion("b"));
    expect(sumAfter(hosted, 1)).toBe(1);
  });

  it("goes on from its last checkpoint when it is alone", () => {
    const hosted = host(new SummingVersion("a", { breaksOn: 99 }));
    sumAfter(hosted, 7);
    hosted.checkpoint();
    sumAfter(hosted, 1);
    sumAfter(hosted, 99);
    expect(sumAfter(hosted, 1)).toBe(8);
  });

  it("falls back past a version that was never confirmed", () => {
    const hosted = host();
    sumAfter(hosted, 1);
    hosted.swap(new SummingVersion("b"));
    sumAfter(hosted, 2);
    hosted.swap(new SummingVersion("c", { breaksOn: 99 }));
    expect(sumAfter(hosted, 4)).toBe(7);
    expect(sumAfter(hosted, 99)).toBe(100);
    expect(hosted.active.wasmSha256).toBe("a");
  });

  it("ends a version that holds the thread, and gives its frame and the rest to the one before it", () => {
    const hosted = new HostedProcessor(
      { name: "sum", clock, deadlineMs: 250, onEvent: (event) => events.push(event) },
      new SummingVersion("a"),
    );
    sumAfter(hosted, 1);
    hosted.swap(new SummingVersion("b", { hangsOn: 99 }));
    const frames = [2, 99, 3].map((value) => Uint8Array.of(value));
    const sums = hosted.processAll(0, frames).map(({ emissions }) => emissions[0]?.bytes[0]);
    // The version before had summed up 1 when it was replaced.
    expect(sums).toEqual([3, 100, 103]);
    expect(events[1]).toMatchObject({ kind: "fault", fault: "deadline" });
  });

  it("forgets faults that are long past", () => {
    const hosted = host(new SummingVersion("a", { breaksOn: 99 }));
    for (let i = 0; i < 10; i++) {
      sumAfter(hosted, 99);
      nowMs += 60_000;
    }
    expect(sumAfter(hosted, 1)).toBe(1);
  });

  it("stays as it was when the next version faults on the state it is handed", () => {
    const hosted = host();
    sumAfter(hosted, 1);
    const next = new SummingVersion("b", { breaksOnLoad: true });
    expect(() => hosted.swap(next)).toThrow(ProcessorFaultError);
    expect(sumAfter(hosted, 1)).toBe(2);
    expect([hosted.status, events]).toEqual(["confirmed", []]);
  });
});
