import * as fs from "node:fs";
import * as path from "node:path";

const ROTATE_BYTES = 10 * 1024 * 1024;

/** Makes room before a run: a large log of earlier runs becomes `<name>.log.1`. */
export function rotateLogs(folder: string): void {
  for (const name of logFiles(folder)) {
    const file = path.join(folder, name);
    if (fs.statSync(file).size > ROTATE_BYTES) fs.renameSync(file, `${file}.1`);
  }
}

/** The log files of a site, "<process>.log", sorted. */
export function logFiles(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".log"))
      .sort();
  } catch {
    // The site has never run.
    return [];
  }
}

/** The last `count` lines of a file; reads at most its last megabyte. */
export function lastLines(file: string, count: number): string[] {
  const handle = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(handle);
    const start = Math.max(0, size - 1024 * 1024);
    const buffer = Buffer.alloc(size - start);
    fs.readSync(handle, buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").split("\n");
    if (start > 0) lines.shift();
    if (lines.at(-1) === "") lines.pop();
    return count === 0 ? [] : lines.slice(-count);
  } finally {
    fs.closeSync(handle);
  }
}
