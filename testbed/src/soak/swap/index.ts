import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@fogwot/core";
import { Publications } from "../../bench/wasm/publications";
import { FRAMES_PER_SECOND, PAUSE_BAR_MS, SWAP_FRAMES, SWAPS } from "../../bench/wasm/swap";
import { runSwaps, type SwapRunFigures } from "../../bench/wasm/swap/run-swaps";
import type { SoakCheck, SoakDefinition } from "../soak";

const FRAMES_PER_SWAP = SWAP_FRAMES / SWAPS;

export const soak: SoakDefinition = {
  title: "a processor replaced 200 times under 10,000 frames a second: none lost, none reordered",
  run: async ({ count = SWAP_FRAMES }, output, signal) => {
    const folder = mkdtempSync(path.join(tmpdir(), "fogwot-soak-"));
    try {
      const figures = await runSwaps({
        publications: await Publications.open(),
        folder,
        frames: count,
        swaps: Math.max(1, Math.floor(count / FRAMES_PER_SWAP)),
        framesPerSecond: FRAMES_PER_SECOND,
        clock: systemClock,
        signal,
        onProgress: output.progress,
      });
      return { checks: swapChecks(figures), figures: { ...figures } };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export function swapChecks(figures: SwapRunFigures): SoakCheck[] {
  const { frames, swaps, lost, reordered, wrong, states, troubles } = figures;
  const { pauseMs, latencyMs } = figures;
  return [
    {
      claim: "no frame is lost, out of order, or into a state that misses one",
      holds: lost + reordered + wrong === 0,
      found: `${lost}, ${reordered}, ${wrong} of ${frames} over ${swaps} swaps`,
    },
    {
      claim: "every swap takes the state along, and none fails",
      holds: swaps > 0 && states.cold === undefined && troubles.length === 0,
      found: `${states.image ?? 0} whole, ${states.saved ?? 0} saved and loaded; ${troubles.length} troubles`,
    },
    {
      claim: `p99 of the commit pause is at most ${PAUSE_BAR_MS} ms`,
      holds: pauseMs !== null && pauseMs.p99 <= PAUSE_BAR_MS,
      found: `${pauseMs?.p99.toFixed(2)} ms, worst ${pauseMs?.max.toFixed(2)}; worst frame ${latencyMs?.max.toFixed(1)} ms`,
    },
  ];
}
