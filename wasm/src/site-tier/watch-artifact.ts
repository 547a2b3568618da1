import { createHash } from "node:crypto";
import { type FSWatcher, readFileSync, watch } from "node:fs";
import path from "node:path";
import { artifactFiles } from "../publish/artifact-files";
import type { TierClock } from "./options";

export interface WatchOptions {
  readonly clock: TierClock;
  readonly onChange: () => void;
}

/** Publishing writes three files; the module's is the last. */
const SETTLE_MS = 20;

/**
 * Tells when a published module is another one, by its content: writing the same again is no change.
 * @returns ends it
 */
export function watchArtifact(file: string, { clock, onChange }: WatchOptions): () => void {
  const { wasm } = artifactFiles(file);
  let last = hashOf(wasm);
  let cancel = (): void => undefined;
  const look = (): void => {
    const now = hashOf(wasm);
    if (now === undefined || now === last) return;
    last = now;
    onChange();
  };
  // The folder, not the file: a file that another is renamed over is no longer the one that was watched.
  const watcher: FSWatcher = watch(path.dirname(wasm), () => {
    cancel();
    cancel = clock.schedule(SETTLE_MS, look);
  });
  return () => {
    cancel();
    watcher.close();
  };
}

function hashOf(file: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    // Not there yet, or not any more: it is looked at again when something changes.
    return undefined;
  }
}
