import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../errors";
import { settingsOf } from "./link-settings";

describe("settingsOf", () => {
  it("takes --loss as the whole loss: bursts and extra loss are off then", () => {
    expect(settingsOf({ loss: 0 })).toEqual({
      filterLoss: 0,
      gilbertElliott: null,
      extraLoss: 0,
    });
  });

  it("takes --filter as the packet filter alone: bursts stay", () => {
    expect(settingsOf({ filter: 0.7 })).toEqual({ filterLoss: 0.7 });
  });

  it("adds +20ms to the link's own delay and replaces it by 20ms", () => {
    expect(settingsOf({ delay: "+20ms" })).toEqual({ extraDelayMs: 20 });
    expect(settingsOf({ delay: "20ms" })).toEqual({ baseMs: 20, extraDelayMs: 0 });
    expect(settingsOf({ delay: "20" })).toEqual({ baseMs: 20, extraDelayMs: 0 });
  });

  it("reads jitter and bursts, and switches them off", () => {
    expect(settingsOf({ jitter: "13.3,0.5", bursts: "0.005,50%,0.003,0.5" })).toEqual({
      jitter: { medianMs: 13.3, sigma: 0.5 },
      gilbertElliott: { pGoodToBad: 0.005, pBadToGood: 0.5, lossGood: 0.003, lossBad: 0.5 },
    });
    expect(settingsOf({ jitter: "off", bursts: "off" })).toEqual({
      jitter: null,
      gilbertElliott: null,
    });
  });

  it("says what is wrong, and that nothing was named", () => {
    for (const options of [{ delay: "soon" }, { jitter: "1" }, { bursts: "1,2,3" }, {}]) {
      expect(() => settingsOf(options)).toThrow(UsageError);
    }
  });
});
