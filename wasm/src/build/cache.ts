import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Where what was built once is kept: by the hash of all that they were made of. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(base, "fogwot", "engines");
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
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
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
