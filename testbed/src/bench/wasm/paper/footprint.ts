import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";

/** What a node needs on its disk to run processors, beside Node.js itself. */
export interface Footprint {
  /** Of other authors, by package: bytes of its whole folder. */
  readonly packages: Readonly<Record<string, number>>;
  readonly packagesBytes: number;
  /** Of our own files, those that are loaded. */
  readonly ownBytes: number;
}

const LOADED = "require('@fogwot/wasm'); console.log(JSON.stringify(Object.keys(require.cache)))";

/** Loads the runtime in a process of its own and looks at which files that takes. */
export function dependencyFootprint(): Footprint {
  const said = execFileSync(process.execPath, ["-e", LOADED], { cwd: __dirname, encoding: "utf8" });
  const files = JSON.parse(said) as string[];
  const folders = new Map<string, string>();
  let ownBytes = 0;
  for (const file of files) {
    const [, folder, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(file) ?? [];
    if (folder && name) folders.set(name, folder);
    else ownBytes += statSync(file).size;
  }
  const packages = Object.fromEntries([...folders].map(([name, at]) => [name, bytesBelow(at)]));
  const packagesBytes = Object.values(packages).reduce((sum, bytes) => sum + bytes, 0);
  return { packages, packagesBytes, ownBytes };
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
