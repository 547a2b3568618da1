import { accessSync, constants } from "node:fs";
import * as path from "node:path";

/** The full path of a program on PATH (and in the system folders, which PATH of a user may lack). */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: look in the next folder.
    return false;
  }
}
