import { describe, expect, it } from "@jest/globals";
import { paceOf } from "./pace";

const GRID = { m: 2, intervalMs: 1_000, timeScale: 0.1 };
const rows = (...begins: readonly number[]) =>
  begins.flatMap((tMs, index) => Array(2).fill({ slot: index + 1, tMs }));

describe("the pace of a run", () => {
  it("tells lateness from the place in the grid, in real time", () => {
    expect(paceOf(rows(0, 1_000, 2_100, 3_000), GRID)).toMatchObject({
      slots: 4,
      brokenSlots: 0,
      missedPlaces: 0,
      latenessP50Ms: expect.closeTo(0, 6),
      latenessMaxMs: expect.closeTo(10, 6),
    });
  });

  it("counts places that were overrun, and slots that lack rows", () => {
    const all = rows(0, 1_000, 4_000, 5_000).slice(0, -1);
    expect(paceOf(all, GRID)).toMatchObject({ slots: 4, brokenSlots: 1, missedPlaces: 2 });
  });

  it("takes the grid from the most punctual slot, not from a first one that was late", () => {
    const pace = paceOf(rows(0, 900, 1_900, 2_900), GRID);
    expect(pace.missedPlaces).toBe(0);
    expect(pace.latenessMaxMs).toBeCloseTo(10, 6);
  });
});
