import { createRng, VirtualClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { type BurstEvent, runBurst } from "./burst";

async function burst(total: number, lambd: number, stopAfter = Number.POSITIVE_INFINITY) {
  const clock = new VirtualClock();
  const stopping = new AbortController();
  const events: BurstEvent[] = [];
  const running = runBurst(
    { id: "b", lambd, total },
    {
      clock,
      rng: createRng(1, "burst"),
      preciseNow: () => clock.monotonicMs(),
      signal: stopping.signal,
      emit: (event) => {
        events.push(event);
        if (events.length === stopAfter) stopping.abort();
      },
    },
  );
  await clock.advance((4 * 1_000 * total) / lambd);
  await running;
  return events;
}

describe("runBurst", () => {
  it("emits every event in order with exponential gaps, and says which is the last", async () => {
    const events = await burst(2_000, 50);
    expect(events.map(({ index }) => index)).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
    expect(events.findIndex(({ burstEnd }) => burstEnd)).toBe(1_999);
    const gaps = events
      .slice(1)
      .map((event, at) => event.timeEmission - (events[at]?.timeEmission ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    // Exponential: the standard deviation is the mean, 1/lambd = 20 ms.
    expect(Math.abs(mean - 20)).toBeLessThan(1.5);
    expect(Math.abs(spread / mean - 1)).toBeLessThan(0.1);
    expect(new Set(events.map(({ timeStart }) => timeStart)).size).toBe(1);
  });

  it("ends in the middle when its Thing does", async () => {
    const events = await burst(100, 50, 3);
    expect(events).toHaveLength(3);
    expect(events.some(({ burstEnd }) => burstEnd)).toBe(false);
  });
});
