import { systemClock, UnreachableError } from "@fogwot/core";
import { attachSite } from "./attach";
import { findLeftover } from "./leftover";
import { isRunning } from "./run-file";
import type { RunInfo } from "./run-info";

export interface Ended {
  readonly site: string;
  readonly ended: readonly { readonly scope: string; readonly pid: number }[];
  readonly leftover: readonly string[];
}

const GRACE_MS = 4_000;
const LEFTOVER_LIMIT_MS = 1_000;
const POLL_MS = 50;

/**
 * Ends every part of a site that runs here, and waits until it is gone: by its control API, by
 * SIGTERM where that does not answer, by SIGKILL where that does not help.
 * @throws SiteNotRunningError
 */
export async function endSite(
  siteFile: string,
  signal: AbortSignal,
  onProgress: (text: string) => void = () => undefined,
): Promise<Ended> {
  const { info, controls } = await attachSite(siteFile);
  onProgress(`ending site ${info.site}`);
  const left = await Promise.all(
    controls.map(async (control) => {
      try {
        await control.api.request("POST", "/down");
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        tell(control.info, "SIGTERM");
      }
      if (!(await isGone(control.info, signal))) tell(control.info, "SIGKILL");
      await isGone(control.info, signal);
      return findLeftover(control.info, LEFTOVER_LIMIT_MS);
    }),
  );
  return {
    site: info.site,
    ended: controls.map(({ info: { scope, pid } }) => ({ scope, pid })),
    leftover: left.flat(),
  };
}

async function isGone(info: RunInfo, signal: AbortSignal): Promise<boolean> {
  const deadlineMs = systemClock.monotonicMs() + GRACE_MS;
  while (isRunning(info)) {
    if (systemClock.monotonicMs() > deadlineMs || signal.aborted) return false;
    await systemClock.sleep(POLL_MS);
  }
  return true;
}

function tell(info: RunInfo, signalName: "SIGTERM" | "SIGKILL"): void {
  // Looked at again just before: a pid may belong to somebody else by now.
  if (isRunning(info)) process.kill(info.pid, signalName);
}
