import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Publications } from "../../src/bench/wasm/publications";
import { runSwaps } from "../../src/bench/wasm/swap/run-swaps";
import { powerCutChecks, runPowerCuts } from "../../src/soak/power-cut/run";
import type { SoakCheck } from "../../src/soak/soak";
import { swapChecks } from "../../src/soak/swap";

// The compiler, where nothing was built before.
jest.setTimeout(180_000);

const common = { clock: systemClock, signal: new AbortController().signal };
let folder: string;
let publications: Publications;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-soaks-"));
  publications = await Publications.open();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function failed(checks: readonly SoakCheck[]): SoakCheck[] {
  return checks.filter(({ holds }) => !holds);
}

describe("the long runs of processors, in their short form", () => {
  it("a processor that is replaced under load loses no frame and no state", async () => {
    const figures = await runSwaps({
      ...{ ...common, publications, folder: path.join(folder, "swap") },
      ...{ frames: 10_000, swaps: 6, framesPerSecond: 10_000 },
    });
    // How long a swap takes says something on a quiet machine only.
    const untimed = swapChecks(figures).filter(({ claim }) => !claim.includes("p99"));
    expect(failed(untimed)).toEqual([]);
    expect([figures.swaps, untimed.length]).toEqual([6, 2]);
    expect(figures.states).toMatchObject({ image: 3, saved: 3 });
  });

  it("after kill -9 a verified version starts with its last committed state", async () => {
    const figures = await runPowerCuts({
      ...{ ...common, publications, folder: path.join(folder, "power-cut") },
      ...{ kills: 10, seed: 3 },
    });
    expect(failed(powerCutChecks(figures))).toEqual([]);
    expect(figures.deployments).toBeGreaterThan(5);
  });
});
