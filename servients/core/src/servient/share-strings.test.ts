import { describe, expect, it } from "@jest/globals";
import { SharedStrings } from "./share-strings";

describe("SharedStrings", () => {
  it("changes no value, in whatever depth, nor what is frozen", () => {
    const thing = () => ({
      a: { title: "Temperature", enum: ["x", 1, null, { deep: "Temperature" }] },
      b: Object.freeze({ title: "frozen" }),
      c: "y".repeat(10_000),
    });
    const shared = new SharedStrings(2);
    const [first, second] = [thing(), thing()];
    shared.share(first);
    shared.share(second);
    expect(first).toEqual(thing());
    expect(second).toEqual(thing());
  });
});
