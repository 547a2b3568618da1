import { createRng } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { lossPattern, PATTERN_PACKETS } from "./loss-pattern";

/** Lengths of the stretches of packets lost in a row. */
function bursts(lost: readonly number[]): number[] {
  const lengths: number[] = [];
  lost.forEach((at, index) => {
    if (lost[index - 1] === at - 1) lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
    else lengths.push(1);
  });
  return lengths;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe("lossPattern", () => {
  it.each([
    { lossPercent: 10, inARow: 1 / 0.9 },
    { lossPercent: 10, lossBurstPackets: 5, inARow: 5 },
    { lossPercent: 40, lossBurstPackets: 2, inARow: 2 },
  ])("loses $lossPercent % with $inARow in a row in the mean", ({ inARow, ...profile }) => {
    const lost = lossPattern(profile, createRng(1, "test"));
    const share = (100 * lost.length) / PATTERN_PACKETS;
    expect(Math.abs(share - profile.lossPercent)).toBeLessThan(0.2 * profile.lossPercent);
    expect(Math.abs(mean(bursts(lost)) - inARow)).toBeLessThan(0.15 * inARow);
  });

  it("repeats itself for the same seed and no other, and loses nothing at 0 %", () => {
    const profile = { lossPercent: 3 };
    const first = lossPattern(profile, createRng(7));
    expect(lossPattern(profile, createRng(7))).toEqual(first);
    expect(lossPattern(profile, createRng(8))).not.toEqual(first);
    expect(lossPattern({ lossPercent: 0, lossBurstPackets: 3 }, createRng(7))).toEqual([]);
  });
});
