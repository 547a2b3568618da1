import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../package-root";
import { EngineError } from "./engine";

/** Folder of the C sources of the engines' programs, whether this file is compiled or not. */
export function sourceFolder(): string {
  return path.join(packageRoot(), "src", "engines", "c");
}

/** Folder of `fogwot_processor.h`. */
export function headerFolder(): string {
  return path.join(packageRoot(), "abi");
}

/** @throws EngineError with what the program said */
export function runTool(
  engine: string,
  tool: string,
  args: readonly string[],
  cwd?: string,
): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd, encoding: "utf8" });
  if (error) throw new EngineError(engine, `cannot run ${tool}`, error);
  if (status !== 0)
    throw new EngineError(engine, `${tool} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

/** Contents of C sources, as parts of a key. */
export function contents(folder: string, files: readonly string[]): Buffer[] {
  return files.map((file) => readFileSync(path.join(folder, file)));
}
