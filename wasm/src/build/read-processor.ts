import * as fs from "node:fs";
import * as path from "node:path";
import { type AuthorManifest, checkAuthorManifest, ManifestError } from "../manifest";

/** A processor as its folder holds it. */
export interface ProcessorFolder {
  readonly folder: string;
  readonly manifest: AuthorManifest;
  /** Absolute: AssemblyScript's entry, or a module. */
  readonly sourceFile: string;
}

/** @throws ManifestError when `manifest.json` cannot be read or does not fit, or its source is not there */
export function readProcessor(folder: string): ProcessorFolder {
  const file = path.join(path.resolve(folder), "manifest.json");
  const manifest = checkAuthorManifest(readJson(file), file);
  const sourceFile = path.join(path.resolve(folder), manifest.source);
  if (!fs.existsSync(sourceFile)) {
    const wanted = "a file that is there";
    throw new ManifestError(file, [{ path: "/source", got: manifest.source, wanted }]);
  }
  return { folder: path.resolve(folder), manifest, sourceFile };
}

/** @throws ManifestError when it cannot be read or is no JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ManifestError(file, [{ path: "", got, wanted: "a readable file" }], { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = (cause as Error).message;
    throw new ManifestError(file, [{ path: "", got, wanted: "JSON" }], { cause });
  }
}
