import { describe, expect, it } from "@jest/globals";
import { Freshness } from "./freshness";

describe("freshness of notifications", () => {
  it("follows RFC 7641, section 3.4, around the end of the numbers too", () => {
    const freshness = new Freshness();
    const taken = [5, 5, 4, 6, 0xfffffe, 6].map((sequence) => freshness.take(sequence, 0));
    expect(taken).toEqual([true, false, false, true, false, false]);
    const wrapped = new Freshness();
    expect([0xfffffe, 0xffffff, 0, 1, 0xffffff].map((n) => wrapped.take(n, 0))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(wrapped.take(0, 128_001)).toBe(true);
  });

  it("counts the numbers left out, around the end too", () => {
    const freshness = new Freshness();
    for (const sequence of [0xfffffc, 0xfffffd, 0xffffff, 2, 1, 2, 3]) freshness.take(sequence, 0);
    expect(freshness.missed).toBe(1 + 2);
  });
});
