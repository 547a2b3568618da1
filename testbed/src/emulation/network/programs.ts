import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { findProgram } from "../../doctor/find-program";
import { NotRootError, ToolError } from "../../errors";

/** Program → Debian package that brings it. */
const PROGRAMS = { ip: "iproute2", tc: "iproute2", nft: "nftables" } as const;
export type NetworkProgram = keyof typeof PROGRAMS;

const LIMIT_MS = 10_000;

/**
 * @throws NotRootError, ToolError that names the package of a missing program
 * @param userId of this process
 */
export function checkNetworkPrograms(userId: number | undefined = process.getuid?.()): void {
  if (userId !== 0) {
    throw new NotRootError(
      "--network: network namespaces are made by root alone",
      "run the command as root (sudo), or measure without --network",
    );
  }
  for (const program of Object.keys(PROGRAMS) as NetworkProgram[]) pathOf(program);
}

/** Runs one of them to its end. @throws ToolError with what it said */
export async function runNetworkProgram(
  program: NetworkProgram,
  args: readonly string[],
  input = "",
): Promise<string> {
  const child = spawn(pathOf(program), args, { stdio: "pipe", timeout: LIMIT_MS });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // It may have ended before it read everything, which its exit code tells.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (exit, signal) => resolve(exit ?? signal ?? "nothing"));
  });
  if (code !== 0) throw failure(program, args, stderr.trim() || `ended with ${code}`);
  return stdout;
}

/** As `runNetworkProgram` for the last moment of a process. @returns its exit code */
export function runNetworkProgramNow(program: NetworkProgram, args: readonly string[]): number {
  const { status }: SpawnSyncReturns<Buffer> = spawnSync(pathOf(program), args, {
    stdio: "ignore",
    timeout: LIMIT_MS,
  });
  return status ?? 1;
}

/** Its path. @throws ToolError that names the package */
export function pathOf(program: NetworkProgram): string {
  const found = findProgram(program);
  if (found !== undefined) return found;
  throw new ToolError(program, "not found", `as root: apt-get install ${PROGRAMS[program]}`);
}

function failure(program: NetworkProgram, args: readonly string[], said: string): ToolError {
  const mend = "this kernel or container may lack network namespaces, veth, nf_tables or sch_tbf";
  return new ToolError(`${program} ${args.join(" ")}`, said, mend);
}
