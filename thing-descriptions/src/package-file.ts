import fs from "node:fs";
import path from "node:path";

/** A file of this package, whether this code runs from `src` or from `dist/src`. */
export function packageFile(...segments: string[]): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return path.join(folder, ...segments);
}
