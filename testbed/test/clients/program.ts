import { spawn } from "node:child_process";
import { findProgram } from "../../src/doctor/find-program";
import { ToolError } from "../../src/errors";

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMIT_MS = 20_000;

/** Runs a program that knows nothing of us to its end. @throws ToolError when it is not there */
export function runProgram(name: string, ...args: readonly string[]): Promise<Said> {
  return watchProgram(name, args, () => false);
}

/** As `runProgram`, but ends the program once its stdout is enough. */
export function watchProgram(
  name: string,
  args: readonly string[],
  isEnough: (stdout: string) => boolean,
): Promise<Said> {
  const file = findProgram(name);
  if (!file) throw new ToolError(name, "not found", "npm test names the Debian package");
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT_MS });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    if (isEnough(stdout)) child.kill("SIGTERM");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
