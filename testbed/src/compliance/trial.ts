import { fork } from "node:child_process";
import * as path from "node:path";
import { compiledEntry } from "@fogwot/core";
import type { TrialRequest, TrialVerdict } from "./trial-program";

/** Longest trial, starting of the process included. */
const TRIAL_TIMEOUT_MS = 45_000;

/** Tries one row of the matrix with one pair, in a process of its own. Never rejects. */
export function runTrial(request: TrialRequest, signal: AbortSignal): Promise<TrialVerdict> {
  const entry = compiledEntry(path.join(__dirname, `trial-program${path.extname(__filename)}`));
  // "PORT" and "WOT_PORT" would override the port of node-wot's HTTP server.
  const { PORT: _port, WOT_PORT: _wotPort, ...env } = process.env;
  const child = fork(entry, [], { stdio: ["ignore", "ignore", "ignore", "ipc"], env });
  return new Promise((resolve) => {
    const end = (verdict: TrialVerdict): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      child.kill("SIGKILL");
      resolve(verdict);
    };
    const onAbort = (): void => end({ reason: "interrupted" });
    const timer = setTimeout(() => end({ reason: "hangs" }), TRIAL_TIMEOUT_MS);
    signal.addEventListener("abort", onAbort, { once: true });
    child.once("message", (verdict: TrialVerdict) => end(verdict));
    child.once("exit", () => end({ reason: "the process dies" }));
    child.once("error", (error) => end({ reason: error.message }));
    child.send(request);
  });
}
