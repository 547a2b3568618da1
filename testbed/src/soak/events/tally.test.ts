import { describe, expect, it } from "@jest/globals";
import { EventTally } from "./tally";

async function tallied(...events: readonly [run: number, n: number][]) {
  const tally = new EventTally(1);
  for (const [run, n] of events) tally.take(Promise.resolve({ run, n }));
  // Each is counted in its turn.
  for (let turn = 0; turn < 10 * events.length; turn++) await Promise.resolve();
  return tally.figures;
}

describe("EventTally", () => {
  it("counts a gap as no disorder, and what comes late or twice as such", async () => {
    expect(await tallied([1, 1], [1, 4], [1, 5])).toMatchObject({ received: 3, outOfOrder: 0 });
    expect(await tallied([1, 2], [1, 1], [1, 3], [1, 3])).toMatchObject({
      ...{ received: 4, last: 3, outOfOrder: 2 },
    });
  });

  it("leaves out what was emitted for another subscription", async () => {
    expect(await tallied([0, 20_000], [1, 1], [1, 2])).toEqual({
      ...{ received: 2, last: 2, outOfOrder: 0, errors: [] },
    });
  });

  it("tells of an event that cannot be read", async () => {
    const tally = new EventTally(1);
    tally.take(Promise.reject(new TypeError("no number")));
    await new Promise((resolve) => setImmediate(resolve));
    expect(tally.figures.errors).toEqual(["TypeError: no number"]);
  });
});
