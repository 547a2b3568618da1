import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { packageRoot } from "../package-root";
import { EngineError } from "./engine";

/** Where programs that were built once are kept: by the hash of all that they were made of. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(base, "fogwot", "engines");
}

/** Folder of the C sources of the engines' programs, whether this file is compiled or not. */
export function sourceFolder(): string {
  return path.join(packageRoot(), "src", "engines", "c");
}

/** Folder of `fogwot_processor.h`. */
export function headerFolder(): string {
  return path.join(packageRoot(), "abi");
}

/** Where the folder of `cached` is, or would be. */
export function cachePlace(
  name: string,
  parts: readonly (string | Uint8Array)[],
): { readonly folder: string; readonly isNew: boolean } {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  const folder = path.join(cacheFolder(), `${name}-${hash.digest("hex").slice(0, 24)}`);
  return { folder, isNew: !existsSync(folder) };
}

/**
 * A folder that `make` fills, once for each key; two at a time make it twice, and the first one stays.
 * @param parts all that the result depends on
 */
export function cached(
  name: string,
  parts: readonly (string | Uint8Array)[],
  make: (folder: string) => void,
): string {
  const { folder: place, isNew } = cachePlace(name, parts);
  if (!isNew) return place;
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(path.join(cacheFolder(), `${name}-new-`));
  try {
    make(folder);
    renameSync(folder, place);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
  return place;
}

/** @throws EngineError with what the program said */
export function runTool(
  engine: string,
  tool: string,
  args: readonly string[],
  cwd?: string,
): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd, encoding: "utf8" });
  if (error) throw new EngineError(engine, `cannot run ${tool}`, error);
  if (status !== 0)
    throw new EngineError(engine, `${tool} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

/** Contents of C sources, as parts of a key. */
export function contents(folder: string, files: readonly string[]): Buffer[] {
  return files.map((file) => readFileSync(path.join(folder, file)));
}
