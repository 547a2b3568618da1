import { VirtualClock } from "@fogwot/core";
import { Directory } from "../directory";
import type { DirectoryOptions } from "../options";
import { needsTitle } from "./sample-td";

export const startMs = Date.UTC(2026, 0, 1);

/** A directory in virtual time, and what its listeners were told, one line a change. */
export function createDirectory(overrides: Partial<DirectoryOptions> = {}) {
  const clock = new VirtualClock(startMs);
  const directory = new Directory({ clock, validate: needsTitle, ...overrides });
  const changes: string[] = [];
  directory.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
  return { clock, directory, changes };
}
