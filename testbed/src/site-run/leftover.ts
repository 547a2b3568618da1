import * as fs from "node:fs";
import * as path from "node:path";
import { systemClock } from "@fogwot/core";
import { processesMarked } from "../files/process-table";
import type { RunInfo } from "./run-info";

const POLL_MS = 20;

/**
 * What a run left behind: processes that carry its mark, its socket files and folder. Ending
 * takes a process a moment, so the look is repeated until nothing is left or `limitMs` is over.
 */
export async function findLeftover(info: RunInfo, limitMs: number): Promise<string[]> {
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  for (;;) {
    const left = look(info);
    if (left.length === 0 || systemClock.monotonicMs() >= deadlineMs) return left;
    await systemClock.sleep(POLL_MS);
  }
}

function look({ runId, runDirectory, pid }: RunInfo): string[] {
  const processes = processesMarked("FOGWOT_RUN", runId)
    .filter((entry) => entry.pid !== pid)
    .map((entry) => `process ${entry.pid}: ${entry.command}`);
  return [...processes, ...filesIn(runDirectory)];
}

function filesIn(folder: string): string[] {
  try {
    const inside = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
    return [folder, ...inside.map((name) => path.join(folder, name))].map((file) => `file ${file}`);
  } catch {
    // No such folder is what is hoped for.
    return [];
  }
}
