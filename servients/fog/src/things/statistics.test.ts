import { VirtualClock } from "@fogwot/core";
import { describe, expect, test } from "@jest/globals";
import { Rate } from "./rate";
import { deliveryRatio, meanRttMs, SlidingWindow } from "./sliding-window";

describe("SlidingWindow", () => {
  test("knows nothing before the first query", () => {
    const { sums } = new SlidingWindow(3);
    expect([meanRttMs([sums]), deliveryRatio([sums])]).toEqual([null, null]);
  });

  test("lets the oldest query fall out", () => {
    const window = new SlidingWindow(3);
    window.add(true, 100);
    window.add(true, 10);
    window.add(false, null);
    expect([meanRttMs([window.sums]), deliveryRatio([window.sums])]).toEqual([55, 2 / 3]);
    window.add(false, null);
    expect([meanRttMs([window.sums]), deliveryRatio([window.sums])]).toEqual([10, 1 / 3]);
  });

  test("weighs several devices by their queries", () => {
    const [busy, idle] = [new SlidingWindow(9), new SlidingWindow(9)];
    for (const rttMs of [10, 20, 30]) busy.add(true, rttMs);
    idle.add(false, null);
    expect(meanRttMs([busy.sums, idle.sums])).toBe(20);
    expect(deliveryRatio([busy.sums, idle.sums])).toBe(0.75);
  });
});

describe("Rate", () => {
  test("is the mean over the last minute", async () => {
    const clock = new VirtualClock(123_456);
    const rate = new Rate(clock);
    expect(rate.perSecond).toBeNull();
    for (let second = 0; second < 120; second++) {
      rate.add();
      rate.add();
      await clock.advance(1_000);
    }
    expect(rate.perSecond).toBeCloseTo(2, 1);
    await clock.advance(30_000);
    expect(rate.perSecond).toBeCloseTo(1, 1);
    await clock.advance(3_600_000);
    expect(rate.perSecond).toBe(0);
  });

  test("is taken over the time since the first event where that is less than a minute", async () => {
    const clock = new VirtualClock();
    const rate = new Rate(clock);
    for (let i = 0; i < 10; i++) rate.add();
    expect(rate.perSecond).toBe(10);
    await clock.advance(5_000);
    expect(rate.perSecond).toBe(2);
    rate.reset();
    expect(rate.perSecond).toBeNull();
  });
});
