import { ChildProcessError, silentLogger, systemClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { Board } from "./board";
import { ensureBoardBuilt } from "./board-build";

describe("an emulated board", () => {
  it("that refuses to start says why, in the firmware's own words", async () => {
    const board = new Board({
      device: "wifi-1",
      executable: await ensureBoardBuilt(),
      firmware: "toaster",
      seed: 1,
      readingPeriodMs: 1_000,
      silent: false,
      clock: systemClock,
      log: silentLogger,
      onAddress: () => undefined,
    });
    const failure = board.start();
    await expect(failure).rejects.toBeInstanceOf(ChildProcessError);
    await expect(failure).rejects.toMatchObject({
      message: expect.stringMatching(/^board wifi-1: .*toaster/),
    });
    await board.stop();
  });
});
