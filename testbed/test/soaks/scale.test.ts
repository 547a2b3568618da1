import { expect, it, jest } from "@jest/globals";
import { runScale } from "../../src/soak/scale/run";

jest.setTimeout(120_000);

it("a server senses 200 Things over HTTP, 20 in each slot, and stores every request", async () => {
  const figures = await runScale({
    ...{ things: 200, m: 20, slots: 10, policy: "P3", timeScale: 0.2, seed: 1 },
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  expect(figures).toMatchObject({ things: 200, m: 20, brokenSlots: 0 });
  expect(figures.slots).toBeGreaterThanOrEqual(10);
  expect(figures.requests).toBe(20 * figures.slots);
  // One in a hundred is lost; what a busy machine loses besides is no fault of the server.
  expect(figures.pdr).toBeGreaterThan(0.2);
});
