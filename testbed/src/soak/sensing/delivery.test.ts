import { createRng, Link, type LinkSettings, VirtualClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { modelledDelivery } from "./delivery";

const FACTORY_LINK: LinkSettings = {
  baseMs: 0,
  jitter: null,
  gilbertElliott: { pGoodToBad: 0.005, pBadToGood: 0.5, lossGood: 0.003, lossBad: 0.5 },
  filterLoss: 0.7,
  cut: false,
  extraDelayMs: 0,
  extraLoss: 0,
};

describe("the modelled delivery", () => {
  it("is what a link with these settings delivers", async () => {
    const clock = new VirtualClock();
    const rng = createRng(7, "delivery");
    const settings = { ...FACTORY_LINK, filterLoss: 0.3 };
    const bursts = { pGoodToBad: 0.2, pBadToGood: 0.3, lossGood: 0.1, lossBad: 0.6 };
    for (const gilbertElliott of [bursts, null]) {
      const link = new Link({ settings: { ...settings, gilbertElliott }, rng, clock });
      let delivered = 0;
      for (let n = 0; n < 5_000; n++) {
        if (!link.exchange().lost) delivered++;
        await clock.advance(1_000);
      }
      const wanted = modelledDelivery({ ...settings, gilbertElliott });
      expect(Math.abs(delivered / 5_000 - wanted)).toBeLessThan(0.03);
    }
  });

  it("is 29.8 % on the factory's links", () => {
    expect(modelledDelivery(FACTORY_LINK)).toBeCloseTo(0.2976, 4);
  });
});
