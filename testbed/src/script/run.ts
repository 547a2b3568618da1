import { loadSite } from "@fogwot/core";
import type { Output } from "../cli/output";
import { InterruptedError } from "../errors";
import { useSite } from "../site-run/use-site";
import { openClient } from "../things/client";
import { fetchThings } from "../things/thing-descriptions";
import { runScript } from "./load-script";
import { createSiteThings } from "./site-things";

export interface RunScriptOptions {
  readonly script: string;
  readonly siteFile: string;
  readonly ephemeral: boolean;
  /** How long an interaction may take. */
  readonly requestTimeoutMs: number;
  /** What follows the script on the command line: its global `args`. */
  readonly args: readonly string[];
}

export interface ScriptRun {
  readonly script: string;
  readonly site: string;
  readonly ephemeral: boolean;
  readonly elapsedMs: number;
}

/**
 * Runs a mash-up author's script on the running site, or on one started for it. Its globals: `WoT`
 * (W3C Scripting API), `things`, `args`, and `signal`, which Ctrl-C aborts.
 */
export function runMashupScript(
  options: RunScriptOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ScriptRun> {
  const { siteFile, ephemeral, script, args } = options;
  return useSite({ siteFile, ephemeral, signal, onProgress: output.progress }, async (site) => {
    const client = await openClient(options.requestTimeoutMs, { site: loadSite(siteFile) });
    try {
      const things = createSiteThings(client.wot, await fetchThings(site));
      output.endProgress();
      const startMs = performance.now();
      await Promise.race([
        runScript(script, { WoT: client.wot, things, args, signal }),
        untilAborted(signal, GRACE_MS),
      ]);
      const elapsedMs = performance.now() - startMs;
      return { script, site: site.info.site, ephemeral: site.isEphemeral, elapsedMs };
    } finally {
      await client.stop();
    }
  });
}

/** A script may use `signal` to end by itself after Ctrl-C; this is how long it has for that. */
const GRACE_MS = 500;

function untilAborted(signal: AbortSignal, graceMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => {
      setTimeout(() => reject(new InterruptedError("the script was interrupted")), graceMs).unref();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
