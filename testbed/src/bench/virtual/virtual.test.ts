import { describe, expect, it } from "@jest/globals";
import { createOutput } from "../../cli/output";
import { bench } from ".";

describe("fogwot bench virtual", () => {
  // The figures of a busy test machine mean nothing: that they are there, and of what, is tested.
  it("holds the slots per second of P0 to P3, each with its world, to a bar", async () => {
    const output = createOutput(true);
    const { figures } = await bench.run({ quick: true }, output, new AbortController().signal);
    expect(figures).toEqual([
      expect.objectContaining({ name: "world alone", value: expect.any(Number), bar: null }),
      ...["P0", "P1", "P2", "P3"].map((policy) =>
        expect.objectContaining({
          name: `${policy} and its world`,
          value: expect.any(Number),
          bar: { atLeast: 300_000 },
        }),
      ),
    ]);
  });
});
