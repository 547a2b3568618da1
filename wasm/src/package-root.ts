import * as fs from "node:fs";
import * as path from "node:path";

/** The package's folder, from its sources and from its compiled form alike. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}
