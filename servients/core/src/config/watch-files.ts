import { statSync } from "node:fs";
import { FogwotError } from "../errors";
import type { Logger } from "../log";
import type { Clock } from "../time";

/** Files that are read again together. */
export interface WatchedFiles {
  readonly files: readonly string[];
  /** @throws FogwotError when they do not fit: it is logged, and what was read before holds on */
  reload(): void;
}

export interface WatchFilesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How often they are looked at, ms. */
  readonly everyMs: number;
}

/**
 * Reads files again when they have changed. They are looked at again and again: a watch of the
 * system's tells nothing of a folder that is mounted, nor of one that another is renamed over.
 * @returns ends it
 */
export function watchFiles(all: readonly WatchedFiles[], options: WatchFilesOptions): () => void {
  const { clock, log, everyMs } = options;
  const seen = all.map(({ files }) => versionOf(files));
  let cancel = clock.schedule(everyMs, look);
  function look(): void {
    for (const [i, { files, reload }] of all.entries()) {
      const version = versionOf(files);
      if (version === seen[i]) continue;
      // Before they are read: those that do not fit are complained of once.
      seen[i] = version;
      try {
        reload();
        log.info({ files }, "read again");
      } catch (err) {
        if (!(err instanceof FogwotError)) throw err;
        log.error({ err }, "a file of secrets cannot be read; what was read before holds on");
      }
    }
    cancel = clock.schedule(everyMs, look);
  }
  return () => cancel();
}

function versionOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size} ${stat.mode}` : "";
    })
    .join("\n");
}
