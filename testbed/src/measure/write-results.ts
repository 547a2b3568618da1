import * as fs from "node:fs";
import * as path from "node:path";

/** Writes files into a folder, made where it is missing. @returns their absolute names */
export function writeResults(folder: string, contents: Readonly<Record<string, string>>): string[] {
  const out = path.resolve(folder);
  fs.mkdirSync(out, { recursive: true });
  return Object.entries(contents).map(([name, content]) => {
    const file = path.join(out, name);
    fs.writeFileSync(file, content);
    return file;
  });
}
