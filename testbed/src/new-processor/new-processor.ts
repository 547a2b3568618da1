import * as fs from "node:fs";
import * as path from "node:path";
import { wasmPackageRoot } from "@fogwot/wasm";
import { UsageError } from "../errors";

export interface NewProcessorOptions {
  readonly name: string;
  /** Where the files go: made, or empty. */
  readonly folder: string;
}

export interface MadeProcessor {
  readonly name: string;
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const TEMPLATE = /\.template$/;

/**
 * Writes a processor that passes its vectors as it is; what an author changes is what it computes.
 * @throws UsageError when the name cannot be one, or something is there
 */
export function newProcessor({ name, folder }: NewProcessorOptions): MadeProcessor {
  if (!NAME.test(name) || name.length > 64) {
    throw new UsageError(
      `new processor ${name}: wanted lower-case letters, digits and single hyphens, a letter first`,
    );
  }
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) {
    throw new UsageError(`new processor ${name}: ${folder} is not empty; name another with --dir`);
  }
  const templates = path.join(wasmPackageRoot(), "templates", "processor");
  const files = fs
    .readdirSync(templates, { recursive: true, encoding: "utf8" })
    .filter((file) => TEMPLATE.test(file))
    .sort();
  return { name, folder, files: files.map((file) => write(path.join(templates, file), file)) };

  function write(template: string, file: string): string {
    // npm and git would take a template's own .gitignore for theirs.
    const target = file.replace(TEMPLATE, "").replace(/^gitignore$/, ".gitignore");
    const text = fs.readFileSync(template, "utf8").replaceAll("@NAME@", name);
    fs.mkdirSync(path.dirname(path.join(folder, target)), { recursive: true });
    fs.writeFileSync(path.join(folder, target), text, { flag: "wx" });
    return target;
  }
}
