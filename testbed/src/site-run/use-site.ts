import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ChildStatus, LinkSettings } from "@fogwot/core";
import { type AttachedSite, joinRuns, tryAttach } from "./attach";
import { type PlanOptions, planSite } from "./site-plan";
import { SiteRun } from "./site-run";

export interface UseSiteOptions {
  readonly siteFile: string;
  /** A site of its own even when one runs. @default false */
  readonly ephemeral?: boolean;
  /** Aborted: the site is ended early. */
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
  /** For the ephemeral site only. */
  readonly plan?: Omit<PlanOptions, "siteFile">;
  /** Link settings for every emulated board of the ephemeral site. */
  readonly links?: Partial<LinkSettings>;
}

export interface UsedSite extends AttachedSite {
  /** Started for this command alone, and ended after it. */
  readonly isEphemeral: boolean;
  /** The processes of a site of our own; those of another `up` are known to that one alone. */
  readonly children: readonly ChildStatus[];
}

/**
 * Runs `work` on the running site, or on one started on free ports for it alone, which nobody
 * senses and which leaves nothing behind.
 */
export async function useSite<T>(
  options: UseSiteOptions,
  work: (site: UsedSite) => Promise<T>,
): Promise<T> {
  const running = options.ephemeral === true ? undefined : await tryAttach(options.siteFile);
  if (running) return work({ ...running, isEphemeral: false, children: [] });
  const stateDirectory = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-state-"));
  const run = new SiteRun({
    plan: planSite({ ...options.plan, siteFile: options.siteFile, portBase: 0 }),
    stateDirectory,
    startsSensing: false,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  const end = (): void => void run.stop();
  options.signal.addEventListener("abort", end, { once: true });
  try {
    await run.start();
    if (options.links) {
      for (const device of Object.keys(run.plan.boards)) {
        await run.links.change(device, { op: "set", settings: options.links });
      }
    }
    return await work({
      ...joinRuns(options.siteFile, [run.info]),
      isEphemeral: true,
      children: run.supervisor.children(),
    });
  } finally {
    options.signal.removeEventListener("abort", end);
    await run.stop();
    fs.rmSync(stateDirectory, { recursive: true, force: true });
  }
}
