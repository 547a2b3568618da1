import * as fs from "node:fs";
import { ConfigError } from "@fogwot/core";
import { filesBelow, filesOfGlob, isGlob } from "./glob";
import { looksLikeOurs } from "./kind";

/** What a command line names, one document each. */
export interface Source {
  /** A file, "-" for stdin, or a URL. */
  readonly name: string;
  /** Found in a folder or by a pattern, not named itself. */
  readonly isFound: boolean;
}

/**
 * Folders and patterns become the documents in them: files that call themselves Thing Description or
 * Thing Model (`.td.json`, `.tm.jsonld`) or look like one inside, site and emulation files. What is
 * named itself is checked whatever it looks like.
 *
 * @throws ConfigError for a name that leads nowhere
 */
export function sourcesOf(names: readonly string[]): Source[] {
  const sources = names.flatMap((name): Source[] => {
    if (name === "-" || isUrl(name)) return [{ name, isFound: false }];
    const isThere = fs.existsSync(name);
    if (isThere && !fs.statSync(name).isDirectory()) return [{ name, isFound: false }];
    if (!isThere && !isGlob(name)) return [{ name, isFound: false }];
    const files = (isThere ? filesBelow(name) : filesOfGlob(name)).filter(looksLikeOurs);
    if (files.length === 0) {
      const wanted = "a Thing Description, Thing Model, site file or emulation file";
      throw new ConfigError(name, [{ path: "", got: "nothing of the kind", wanted }]);
    }
    return files.map((file) => ({ name: file, isFound: true }));
  });
  const seen = new Set<string>();
  return sources.filter(({ name }) => !seen.has(name) && seen.add(name));
}

export function isUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
}
