import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";

/** In the format of `sha256sum`, so that `sha256sum -c SHA256SUMS` reads it. */
export const SUMS_FILE = "SHA256SUMS";

/** Lines of the sums of every file below a folder, in order of names. */
export async function sumsOf(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const file of filesBelow(folder)) {
    if (file !== SUMS_FILE) lines.push(`${await sha256Of(path.join(folder, file))}  ${file}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Compares a folder with its SHA256SUMS; a folder without one has nothing to compare. */
export async function checkSums(folder: string): Promise<{ faults: string[]; files: number }> {
  const sums = path.join(folder, SUMS_FILE);
  if (!existsSync(sums)) return { faults: [], files: 0 };
  const lines = readFileSync(sums, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const faults: string[] = [];
  for (const line of lines) {
    const [sum, name = ""] = line.split("  ");
    const file = path.join(folder, name);
    if (!existsSync(file)) faults.push(`${name} is missing`);
    else if ((await sha256Of(file)) !== sum) faults.push(`${name} differs from ${SUMS_FILE}`);
  }
  return { faults, files: lines.length };
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Relative names with forward slashes, sorted. */
export function filesBelow(folder: string, below = ""): string[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.posix.join(below, entry.name);
      return entry.isDirectory() ? filesBelow(folder, name) : [name];
    })
    .sort();
}
