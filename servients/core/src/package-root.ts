import { existsSync } from "node:fs";
import path from "node:path";
import { NotFoundError } from "./errors";

/**
 * The nearest folder upwards with a package.json: where a package's data files (models, schemas)
 * lie, for sources and compiled code alike, since the compiler copies no JSON.
 */
export function packageRoot(dirname: string): string {
  for (let folder = dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (folder === path.dirname(folder)) throw new NotFoundError(`package.json above ${dirname}`);
  }
}

/** The compiled JavaScript of a source file, which is what a forked process runs. */
export function compiledEntry(sourceFile: string): string {
  const root = packageRoot(path.dirname(sourceFile));
  const relative = path.relative(root, sourceFile);
  if (relative.startsWith(`dist${path.sep}`)) return sourceFile;
  return path.join(root, "dist", relative.replace(/\.ts$/, ".js"));
}
