import * as path from "node:path";
import { packageRoot } from "@fogwot/core";

/** The command line of the compiled `fogwot`. */
export function fogwotCommand(...args: readonly string[]): string[] {
  return [process.execPath, path.join(packageRoot(__dirname), "bin", "fogwot.js"), ...args];
}
