import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { compiledEntry, createRng } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { REPORT_FOLDER } from "./collector";
import { MemorySeries, memoryCheck } from "./memory-series";

const MEGABYTE = 1024 * 1024;

function figuresOf(liveMb: readonly number[], residentMb: readonly number[] = liveMb) {
  const series = new MemorySeries("process");
  liveMb.forEach((live, index) => {
    const resident = residentMb[index] ?? 0;
    series.add({ liveBytes: live * MEGABYTE, residentBytes: resident * MEGABYTE });
  });
  return series.figures;
}

function times(count: number, value: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => value(index));
}

describe("a memory series", () => {
  const noise = createRng(1, "memory");

  it("that fills up at first and then swings is bounded", () => {
    const figures = figuresOf(times(100, (i) => 30 + Math.min(i, 30) / 5 + 3 * noise.next()));
    expect(memoryCheck(figures)).toMatchObject({ holds: true });
  });

  it("of objects or of pages that keep growing is not, swing or not", () => {
    const flat = times(100, () => 30);
    const leaky = times(100, (i) => 30 + i * 0.25 + (i % 7));
    expect(memoryCheck(figuresOf(leaky, flat))).toMatchObject({ holds: false });
    expect(
      memoryCheck(
        figuresOf(
          flat,
          leaky.map((mb) => 4 * mb),
        ),
      ),
    ).toMatchObject({ holds: false });
  });

  it("is not judged by one outlier", () => {
    const { live } = figuresOf(times(100, (i) => (i === 98 ? 400 : 80)));
    expect(live).toMatchObject({ growthMb: 0, isBounded: true });
  });

  it("is thinned to what a plot shows", () => {
    const { live } = figuresOf(times(10_000, () => 50));
    expect(live.seriesMb.length).toBeLessThanOrEqual(200);
  });

  it("holds nothing when it has no samples: a process that is gone gives none", async () => {
    const series = new MemorySeries("gone");
    await series.sample(2 ** 22 + 1, os.tmpdir());
    expect(memoryCheck(series.figures)).toMatchObject({ holds: false });
  });

  it("tells what a process keeps from what it only has not collected yet", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-memory-"));
    const collector = compiledEntry(path.join(__dirname, "collector.ts"));
    // 200 MB of garbage, and on the first word from us 20 MB that are kept.
    const program = `
      let kept; for (let n = 0; n < 200; n++) Buffer.alloc(1e6, n);
      process.stdin.once("data", () => { kept = Buffer.alloc(20 * 1024 * 1024, 1); console.log(kept.length); });
      setInterval(() => kept, 1000); console.log("ready");`;
    const child = spawn(process.execPath, ["--require", collector, "-e", program], {
      env: { ...process.env, [REPORT_FOLDER]: folder },
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      await once(child.stdout, "data");
      const series = new MemorySeries("child");
      await series.sample(child.pid ?? -1, folder);
      child.stdin.write("keep\n");
      await once(child.stdout, "data");
      await series.sample(child.pid ?? -1, folder);
      const [first = 0, second = 0] = series.figures.live.seriesMb;
      expect(first).toBeLessThan(15);
      expect(Math.round(second - first)).toBe(20);
    } finally {
      child.kill("SIGKILL");
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
