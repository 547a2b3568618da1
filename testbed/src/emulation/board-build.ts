import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { ToolError } from "../errors";
import { withFileLock } from "../files/file-lock";

const BUILD_LIMIT_MS = 120_000;
const MEND = "install a C compiler and make (Debian: apt-get install gcc make libc6-dev)";

/** The repository's folder: the testbed's parent. */
export function repositoryRoot(): string {
  return path.dirname(packageRoot(__dirname));
}

/** Where the posix port's executable is built to. */
export function boardExecutable(root = repositoryRoot()): string {
  return path.join(root, "firmware", "build", "posix", "fogwot-board");
}

/** The far end of an emulated serial line, built together with the board. */
export function lineExecutable(board = boardExecutable()): string {
  return path.join(path.dirname(board), "fogwot-line");
}

/**
 * Builds the emulated board if a C source is newer than it (make decides), one builder at a time.
 * @returns the executable's path
 * @throws ToolError with the compiler's words
 */
export async function ensureBoardBuilt(root = repositoryRoot()): Promise<string> {
  const executable = boardExecutable(root);
  const firmware = path.join(root, "firmware");
  fs.mkdirSync(path.join(firmware, "build"), { recursive: true });
  await withFileLock(path.join(firmware, "build", ".lock"), BUILD_LIMIT_MS, () => make(firmware));
  if (!fs.existsSync(executable)) {
    throw new ToolError("make", `built no ${executable}`, `run: make -C ${firmware} posix`);
  }
  return executable;
}

function make(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("make", ["-s", "-C", folder, "posix"], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: BUILD_LIMIT_MS,
    });
    let said = "";
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString("utf8")).slice(-4_000);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", (cause) => {
      reject(new ToolError("make", `cannot be started (${cause.message})`, MEND, { cause }));
    });
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new ToolError("make", `${code ?? signal}\n${said.trim()}`, MEND));
    });
  });
}
