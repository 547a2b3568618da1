import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { findProgram } from "../../doctor/find-program";

/** The command line of the compiled `fogwot`. */
export function fogwotCommand(...args: readonly string[]): string[] {
  return [process.execPath, path.join(packageRoot(__dirname), "bin", "fogwot.js"), ...args];
}

/** A command line that the kernel ends when this process is killed, where setpriv is there. */
export function guarded(command: readonly string[]): readonly [program: string, args: string[]] {
  const guard = findProgram("setpriv");
  const [program = "", ...args] = guard
    ? [guard, "--pdeathsig", "TERM", "--", ...command]
    : command;
  return [program, args];
}
