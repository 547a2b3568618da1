/**
 * Loaded into every process of a site under test (`node --require`): on SIGUSR2 it collects all
 * garbage and writes down what is left, so that what a process keeps is told from what V8 has only
 * not thrown away yet. Nothing of it runs in a site that is not under test.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Folder that the reports go to, one file a process. */
export const REPORT_FOLDER = "FOGWOT_SOAK_MEMORY";

/** What a process still holds after a collection, bytes. */
export interface MemoryReport {
  /** JavaScript objects, and buffers outside the heap. */
  readonly liveBytes: number;
  readonly residentBytes: number;
}

const folder = process.env[REPORT_FOLDER];
if (folder !== undefined) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  process.on("SIGUSR2", () => {
    collect();
    // What buffers held is given back on another thread; the second collection waits for that.
    setImmediate(() => {
      collect();
      report(path.join(folder, `${process.pid}.json`));
    });
  });
}

function report(file: string): void {
  const { heapUsed, external, rss } = process.memoryUsage();
  const said: MemoryReport = { liveBytes: heapUsed + external, residentBytes: rss };
  fs.writeFileSync(`${file}.new`, JSON.stringify(said));
  fs.renameSync(`${file}.new`, file);
}
