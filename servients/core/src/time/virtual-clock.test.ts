import { describe, expect, it } from "@jest/globals";
import { VirtualClock } from "./virtual-clock";

describe("VirtualClock", () => {
  it("runs what falls due in order of time, then of scheduling", async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.schedule(20, () => ran.push("late"));
    clock.schedule(10, () => ran.push("first"));
    clock.schedule(10, () => ran.push("second"));
    await clock.advance(15);
    expect(ran).toEqual(["first", "second"]);
    await clock.advance(5);
    expect(ran).toEqual(["first", "second", "late"]);
    expect(clock.now()).toBe(20);
  });

  it("runs what a callback schedules within the same advance", async () => {
    const clock = new VirtualClock(1_000);
    const atMs: number[] = [];
    const again = (): void => {
      atMs.push(clock.now());
      clock.schedule(10, again);
    };
    again();
    await clock.advance(30);
    expect(atMs).toEqual([1_000, 1_010, 1_020, 1_030]);
  });

  it("ends a sleep early with the signal's reason and leaves nothing scheduled", async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(1_000, stop.signal);
    stop.abort("enough");
    await expect(sleeping).rejects.toBe("enough");
    expect(clock.pending).toBe(0);
  });
});
