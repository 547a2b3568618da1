import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";

const firmware = path.resolve(__dirname, "../../firmware");

describe("firmware", () => {
  it("passes its own C tests on the byte vectors that TypeScript is held to", () => {
    const made = spawnSync("make", ["-C", firmware, "test"], {
      encoding: "utf8",
      timeout: 120_000,
    });
    const verdicts = [...made.stdout.matchAll(/^(\d+) passed, (\d+) failed/gm)];
    expect({ status: made.status, stderr: made.stderr.slice(-2_000) }).toMatchObject({ status: 0 });
    expect(verdicts.length).toBeGreaterThan(0);
    for (const [, passed, failed] of verdicts) {
      expect(Number(passed)).toBeGreaterThan(0);
      expect(Number(failed)).toBe(0);
    }
  }, 130_000);
});
