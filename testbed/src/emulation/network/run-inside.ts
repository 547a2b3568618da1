import { type ChildProcess, spawn } from "node:child_process";
import { findProgram } from "../../doctor/find-program";
import { NamespacePair } from "./namespace-pair";
import { legEnvironment } from "./network-leg";
import type { NetworkProfile } from "./profile";
import { checkNetworkPrograms, pathOf } from "./programs";

export interface InsideOptions {
  readonly profile: NetworkProfile;
  readonly seed: number;
  /** Script and arguments of the command to run at the server's end. */
  readonly command: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Makes the leg, runs a Node program at the server's end of it with our stdin, stdout and stderr, and
 * removes the leg. Whatever ends us, the program ends too: told to, or killed by the kernel.
 *
 * @returns the program's exit code
 * @throws NotRootError, ToolError
 */
export async function runInside(options: InsideOptions): Promise<number> {
  checkNetworkPrograms();
  const pair = new NamespacePair();
  // A second signal ends this process without another turn of the event loop.
  const onExit = (): void => pair.stopNow();
  process.once("exit", onExit);
  try {
    await pair.start();
    return options.signal.aborted ? 1 : await runProgram(pair, options);
  } finally {
    await pair.stop();
    process.off("exit", onExit);
  }
}

async function runProgram(
  pair: NamespacePair,
  { profile, seed, command, signal }: InsideOptions,
): Promise<number> {
  const setpriv = findProgram("setpriv");
  const dieWithUs = setpriv === undefined ? [] : [setpriv, "--pdeathsig", "KILL", "--"];
  const node = [process.execPath, ...process.execArgv, ...command];
  const args = ["netns", "exec", pair.server, ...dieWithUs, ...node];
  const child = spawn(pathOf("ip"), args, {
    stdio: "inherit",
    // A group of its own: Ctrl-C reaches it once, through us.
    detached: true,
    env: { ...process.env, ...legEnvironment(pair, profile, seed) },
  });
  const onAbort = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await exitOf(child);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
