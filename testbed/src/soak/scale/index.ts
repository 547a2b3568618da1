import type { SoakDefinition } from "../soak";
import { runScale } from "./run";

const THINGS = 1_000;
const M = 100;
const SLOTS = 120;
const INTERVAL_MS = 1_000;

export const soak: SoakDefinition = {
  title: "1000 Things over HTTP, 100 of them asked in every second: no slot is late",
  run: async ({ count: slots = SLOTS, seed }, output, signal) => {
    const figures = await runScale({
      ...{ things: THINGS, m: M, slots, policy: "P3", timeScale: 1, seed, signal },
      onProgress: output.progress,
    });
    const { brokenSlots, missedPlaces, latenessP99Ms } = figures;
    const checks = [
      {
        claim: "every slot asks M Things, and every request is stored",
        holds: brokenSlots === 0 && figures.slots >= slots,
        found: `${figures.requests} requests in ${figures.slots} slots, ${brokenSlots} slots broken`,
      },
      {
        claim: "a slot begins every second",
        holds: missedPlaces === 0 && latenessP99Ms < INTERVAL_MS / 10,
        found: `${missedPlaces} places of the grid missed, p99 of lateness ${latenessP99Ms.toFixed(1)} ms`,
      },
    ];
    return { checks, figures: { ...figures } };
  },
};
