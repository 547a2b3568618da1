import { describe, expect, it } from "@jest/globals";
import { createRng } from "../random";
import { VirtualClock } from "../time";
import { Link } from "./link";
import type { LinkSettings } from "./settings";

const WIFI: Partial<LinkSettings> = {
  baseMs: 23,
  jitter: { medianMs: 13.3, sigma: 0.5 },
  gilbertElliott: { pGoodToBad: 0.005, pBadToGood: 0.5, lossGood: 0.003, lossBad: 0.5 },
  filterLoss: 0.7,
};

function linkOf(settings: Partial<LinkSettings>, seed = 1, timeScale = 1) {
  const clock = new VirtualClock();
  return { clock, link: new Link({ settings, rng: createRng(seed, "link"), clock, timeScale }) };
}

describe("Link", () => {
  it("gives the same losses and delays for the same seed", () => {
    const draw = (): unknown[] => {
      const { link } = linkOf(WIFI);
      return Array.from({ length: 100 }, () => link.exchange());
    };
    expect(draw()).toEqual(draw());
  });

  it("delivers the share of policies' channel model: 29.76 % for a filtered Wi-Fi board", async () => {
    const { link, clock } = linkOf(WIFI, 7);
    let delivered = 0;
    const exchanges = 40_000;
    for (let i = 0; i < exchanges; i++) {
      if (!link.exchange().lost) delivered++;
      // One burst step per exchange, as in the paper's slots.
      if (i % 100 === 0) await clock.advance(100_000);
    }
    // Four standard deviations of a binomial, and a little for bursts.
    expect(Math.abs(delivered / exchanges - 0.2976)).toBeLessThan(0.012);
  });

  it("has the log-normal's mean delay on top of its base", () => {
    const { link } = linkOf({ baseMs: 23, jitter: { medianMs: 13.3, sigma: 0.5 } });
    let sumMs = 0;
    for (let i = 0; i < 20_000; i++) sumMs += link.exchange().delayMs;
    expect(Math.abs(sumMs / 20_000 - (23 + 13.3 * Math.exp(0.125)))).toBeLessThan(0.3);
  });

  it("keeps bursts when nobody asks: the state follows time, not requests", async () => {
    const burst = { pGoodToBad: 1, pBadToGood: 0, lossGood: 0, lossBad: 1 };
    const { link, clock } = linkOf({ gilbertElliott: { ...burst, pBadToGood: 1e-9 } });
    await clock.advance(10_000);
    expect(link.exchange().lost).toBe(true);
  });

  it("leaves the draws of everything else alone when one setting changes", () => {
    const plain = linkOf(WIFI).link;
    const slowed = linkOf(WIFI).link;
    slowed.set({ extraDelayMs: 20 });
    for (let i = 0; i < 50; i++) {
      const [a, b] = [plain.exchange(), slowed.exchange()];
      expect(b.lost).toBe(a.lost);
      expect(b.delayMs - a.delayMs).toBeCloseTo(20, 9);
    }
  });

  it("scales delays, and nothing passes a cut until it is restored", () => {
    const { link } = linkOf({ baseMs: 100 }, 1, 0.1);
    expect(link.exchange()).toEqual({ lost: false, delayMs: 10 });
    link.cut();
    expect(link.exchange().lost).toBe(true);
    link.restore();
    expect(link.exchange().lost).toBe(false);
    expect(link.counters).toEqual({ sent: 3, lost: 1 });
  });

  it("sends one message half a round trip later, and drops it when stopped before", async () => {
    const { link, clock } = linkOf({ baseMs: 100 });
    const got: string[] = [];
    link.send("first", (message) => got.push(message));
    await clock.advance(49);
    expect(got).toEqual([]);
    await clock.advance(1);
    expect(got).toEqual(["first"]);
    link.send("second", (message) => got.push(message));
    link.stop();
    await clock.advance(1_000);
    expect(got).toEqual(["first"]);
    expect(clock.pending).toBe(0);
  });

  it("comes back to its profile on reset", () => {
    const { link } = linkOf(WIFI);
    link.set({ filterLoss: 0, extraLoss: 1 });
    link.reset();
    expect(link.settings).toMatchObject({ filterLoss: 0.7, extraLoss: 0 });
  });
});
