import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@fogwot/core";
import { Publications } from "../../bench/wasm/publications";
import type { SoakDefinition } from "../soak";
import { powerCutChecks, runPowerCuts } from "./run";

const KILLS = 200;

export const soak: SoakDefinition = {
  title: "kill -9 at random points of deployments: a verified version starts with its last state",
  run: async ({ count = KILLS, seed }, output, signal) => {
    const folder = mkdtempSync(path.join(tmpdir(), "fogwot-soak-"));
    try {
      const figures = await runPowerCuts({
        publications: await Publications.open(),
        ...{ folder, kills: count, seed, clock: systemClock, signal, onProgress: output.progress },
      });
      return { checks: powerCutChecks(figures), figures: { ...figures } };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
