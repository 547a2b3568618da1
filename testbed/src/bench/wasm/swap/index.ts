import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@fogwot/core";
import type { Trust } from "@fogwot/wasm";
import { distribution } from "../../../measure/statistics";
import { figure } from "../../bench";
import { BenchProcesses } from "../../bench-processes";
import type { WasmBenchPart, WasmBenchResult } from "../part";
import { Publications } from "../publications";
import { type PublishFigures, publishToRunning } from "./publish";
import type { RestartedConfig } from "./restarted";
import { runSwaps, type SwapRunFigures } from "./run-swaps";
import { frameOf } from "./tally";

export const SWAP_FRAMES = 1_000_000;
export const SWAPS = 200;
export const FRAMES_PER_SECOND = 10_000;
export const PAUSE_BAR_MS = 3;
const PUBLISH_BAR_MS = 100;
const STILL_FRAMES = 200_000;
const PUBLICATIONS = 40;
const RESTARTS = 10;

/** A processor replaced under load; how soon a publication runs; and what a restart takes instead. */
export const part: WasmBenchPart = {
  async run({ quick }, output, signal) {
    const folder = mkdtempSync(path.join(tmpdir(), "fogwot-bench-"));
    try {
      const publications = await Publications.open();
      const slots = path.join(folder, "swaps");
      const swaps = await runSwaps({
        publications,
        folder: slots,
        frames: quick ? 20_000 : SWAP_FRAMES,
        swaps: quick ? 8 : SWAPS,
        framesPerSecond: FRAMES_PER_SECOND,
        clock: systemClock,
        signal,
        onProgress: (text) => output.progress(`${text} under ${FRAMES_PER_SECOND} frames/s`),
      });
      output.progress("the same without a swap");
      const still = await runSwaps({
        publications: await Publications.open(),
        folder: path.join(folder, "still"),
        frames: quick ? 5_000 : STILL_FRAMES,
        swaps: 0,
        framesPerSecond: FRAMES_PER_SECOND,
        clock: systemClock,
        signal,
      });
      output.progress("publish to running");
      const published = await publishToRunning({
        publications,
        folder,
        count: quick ? 2 : PUBLICATIONS,
        clock: systemClock,
        signal,
      });
      output.progress("restarting the runtime instead");
      const restartsMs = await restarts(slots, publications.trust, quick ? 1 : RESTARTS, signal);
      output.endProgress();
      return resultOf(swaps, still, published, restartsMs);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** From the fork of a process until what was kept has taken its first frame, ms. */
async function restarts(
  folder: string,
  trust: Trust,
  count: number,
  signal: AbortSignal,
): Promise<number[]> {
  await using processes = new BenchProcesses(signal);
  const source = path.join(__dirname, `restarted${path.extname(__filename)}`);
  const took: number[] = [];
  for (let index = 0; index < count; index++) {
    const name = `restarted-${index}`;
    const config = { folder, trust, frame: [...frameOf(index)] };
    const { startMs } = await processes.start<RestartedConfig, number>(name, source, config);
    took.push(startMs);
    await processes.stopChild(name);
  }
  return took;
}

function resultOf(
  swaps: SwapRunFigures,
  still: SwapRunFigures,
  { watchedMs, deployedMs }: PublishFigures,
  restartsMs: readonly number[],
): WasmBenchResult {
  const lost = swaps.lost + swaps.reordered + swaps.wrong;
  const { pauseMs, latencyMs } = swaps;
  const [watched, deployed, restarted] = [watchedMs, deployedMs, restartsMs].map(distribution);
  const without = (ms: number | undefined): string =>
    `without a swap ${(ms ?? Number.NaN).toFixed(2)} ms`;
  const worst = (ms: number | undefined): string => `worst ${(ms ?? Number.NaN).toFixed(2)} ms`;
  return {
    figures: [
      figure("swaps: frames lost or reordered", lost, "", { atMost: 0 }, counts(swaps)),
      figure(
        "swap: commit pause, p99",
        pauseMs?.p99 ?? null,
        "ms",
        { atMost: PAUSE_BAR_MS },
        worst(pauseMs?.max),
      ),
      figure(
        "frame, due to processed, p99",
        latencyMs?.p99 ?? null,
        "ms",
        null,
        without(still.latencyMs?.p99),
      ),
      figure(
        "frame, due to processed, worst",
        latencyMs?.max ?? null,
        "ms",
        null,
        without(still.latencyMs?.max),
      ),
      figure(
        "published to running, watched folder, p95",
        watched?.p95 ?? null,
        "ms",
        { atMost: PUBLISH_BAR_MS },
        `${worst(watched?.max)}; the paper: 1.4 s`,
      ),
      figure(
        "deployProcessor to running, p95",
        deployed?.p95 ?? null,
        "ms",
        { atMost: PUBLISH_BAR_MS },
        worst(deployed?.max),
      ),
      figure("restarting the runtime instead, p50", restarted?.p50 ?? null, "ms"),
    ],
    details: { swaps, still, watched, deployed, restarted },
    summary: {
      swapPauseP99Ms: pauseMs?.p99 ?? null,
      swapFrames: swaps.frames,
      swapLost: lost,
      worstFrameMs: latencyMs?.max ?? null,
      publishToRunningMs: watched?.p95 ?? null,
      deployToRunningMs: deployed?.p95 ?? null,
      restartMs: restarted?.p50 ?? null,
    },
  };
}

function counts({ frames, swaps, lost, reordered, wrong, troubles }: SwapRunFigures): string {
  const trouble = troubles.length > 0 ? `, ${troubles.length} troubles` : "";
  return `${lost} + ${reordered} + ${wrong} of ${frames}, ${swaps} swaps${trouble}`;
}
