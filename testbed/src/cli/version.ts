import * as fs from "node:fs";
import * as path from "node:path";

/**
 * The version in testbed/package.json. Found without @fogwot/core, whose protocol libraries would
 * make `fogwot --version` wait.
 */
export function version(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (fs.existsSync(manifest)) {
      return (JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string }).version;
    }
  }
}
