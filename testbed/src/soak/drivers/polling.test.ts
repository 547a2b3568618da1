import { DeviceTimeoutError, VirtualClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { poll } from "./polling";
import { ResidentSeries } from "./resident-series";

/** Asks as often as there are outcomes; undefined is a promise that nobody keeps. */
async function polled(outcomes: readonly (Promise<unknown> | undefined)[]) {
  const clock = new VirtualClock();
  let asked = 0;
  const polling = poll({
    device: "d",
    ask: () => outcomes[asked++] ?? new Promise(() => undefined),
    goesOn: () => asked < outcomes.length,
    pauseMs: 100,
    clock,
    limitMs: 30_000,
  });
  let isOver = false;
  void polling.then(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(1_000);
  return polling;
}

describe("poll", () => {
  it("tells answers, errors by code, and questions that are never answered apart", async () => {
    const refused = Promise.reject(new DeviceTimeoutError("d", 5));
    refused.catch(() => undefined);
    expect(await polled([Promise.resolve(1), refused, undefined, Promise.resolve(2)])).toEqual({
      device: "d",
      answered: 2,
      failed: { DEVICE_TIMEOUT: 1 },
      unanswered: 1,
    });
  });
});

describe("ResidentSeries", () => {
  const figures = (growthMb: number) => {
    const series = new ResidentSeries("p");
    for (let i = 0; i < 100; i++) {
      // What V8 has not collected yet comes and goes; the warm-up grows by far more.
      const warmUp = i < 40 ? i - 40 : 0;
      series.add((60 + warmUp + (i % 3) + (growthMb * Math.max(0, i - 50)) / 40) * 1024 * 1024);
    }
    series.add(null);
    return series.figures;
  };

  it("sees growth after the warm-up, and neither the warm-up nor the sawtooth", () => {
    expect(figures(0)).toMatchObject({ samples: 100, isBounded: true, growthMb: 0 });
    expect(figures(12)).toMatchObject({ isBounded: false });
  });
});
