import * as path from "node:path";
import { loadSite, packageRoot } from "@fogwot/core";
import { findEmulationFile, loadEmulation } from "../../emulation/emulation-file";
import type { BoardsConfig, BoardsReport } from "../../soak/scale/boards";
import { type BenchDefinition, type BenchFigure, figure } from "../bench";
import { BenchProcesses } from "../bench-processes";
import { hotSwap, killAndRestart, type Swap, type SwapOptions } from "./swaps";

const FACTORY = path.join(packageRoot(__dirname), "sites", "factory", "site.yaml");
const INTERVAL_MS = 1_000;
const SEED = 1;

interface Pace {
  readonly timeScale: number;
  readonly slotsBefore: number;
  readonly slotsAfter: number;
}

const WHOLE: Pace = { timeScale: 0.2, slotsBefore: 150, slotsAfter: 100 };
const QUICK: Pace = { timeScale: 0.1, slotsBefore: 10, slotsAfter: 10 };

export const bench: BenchDefinition = {
  title: "a policy replaced: the paper's way (kill, start another) beside the hot swap",
  run: async ({ quick }, output, signal) => {
    const pace = quick ? QUICK : WHOLE;
    await using processes = new BenchProcesses(signal);
    const boards = path.join(__dirname, "../../soak/scale", `boards${path.extname(__filename)}`);
    const { report } = await processes.start<BoardsConfig, BoardsReport>("boards", boards, {
      ...{ site: "swap", links: factoryLinks(), seed: SEED, intervalMs: INTERVAL_MS },
      timeScale: pace.timeScale,
    });
    const options: SwapOptions = {
      ...{ processes, tds: report.tds, from: "P1", to: "P2", m: 3, intervalMs: INTERVAL_MS },
      ...pace,
    };
    output.progress("kill and restart");
    const killed = await killAndRestart(options);
    output.progress("hot swap, reset");
    const reset = await hotSwap(options, "none");
    output.progress("hot swap, shared link model");
    const shared = await hotSwap(options, "model");
    return {
      bench: "swap",
      figures: [
        ...figuresOf("kill and restart", killed, pace, false),
        ...figuresOf("hot swap, reset", reset, pace, true),
        ...figuresOf("hot swap, shared model", shared, pace, true),
      ],
      details: { ...pace, from: options.from, to: options.to, killed, reset, shared },
    };
  },
};

/** The seven boards of the paper, in this process: no radio's driver is between. */
function factoryLinks() {
  return loadEmulation(findEmulationFile(FACTORY) ?? "", loadSite(FACTORY)).boards.map(
    ({ link }) => link,
  );
}

function figuresOf(
  what: string,
  { delayMs, slotsLost, pdr, rttMs }: Swap,
  { slotsAfter }: Pace,
  isHeld: boolean,
): BenchFigure[] {
  const note = `at one a second: ${Math.round(delayMs)} ms late`;
  return [
    figure(`${what}: slots lost`, slotsLost, "", isHeld ? { atMost: 0 } : null, note),
    figure(`${what}: PDR of the first ${slotsAfter} slots`, pdr, ""),
    figure(`${what}: RTT of the first ${slotsAfter} slots`, rttMs, "ms"),
  ];
}
