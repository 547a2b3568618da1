import { spawn } from "node:child_process";
import * as path from "node:path";
import { brokerLogins, compiledEntry, loadSite } from "@fogwot/core";
import type { Output } from "../cli/output";
import { InterruptedError, ScriptError } from "../errors";
import { operatorClient, operatorRegistration } from "../site-run/site-client";
import { type UsedSite, useSite } from "../site-run/use-site";
import { fetchThings } from "../things/thing-descriptions";
import { readScript } from "./load-script";
import type { ScriptConfig, ScriptEnd } from "./messages";

export interface RunScriptOptions {
  readonly script: string;
  /** undefined: no site, only what the script itself finds and exposes. */
  readonly siteFile: string | undefined;
  readonly ephemeral: boolean;
  /** How long an interaction may take. */
  readonly requestTimeoutMs: number;
  /** What follows the script on the command line: its global `args`. */
  readonly args: readonly string[];
  /** Of the Things that the script exposes. @default 8080 and 5683, or free ones */
  readonly ports: ScriptConfig["ports"];
}

export interface ScriptRun {
  readonly script: string;
  readonly site: string | undefined;
  readonly ephemeral: boolean;
  readonly elapsedMs: number;
}

/**
 * Runs a mash-up author's script, on the running site or on one started for it, in a process of its
 * own. Its globals: `WoT` (W3C Scripting API) and `WoTHelpers` as node-wot's, `things`, `args`, and
 * `signal`, which Ctrl-C aborts.
 *
 * @throws ConfigError when it cannot be read, ScriptError, InterruptedError
 */
export async function runMashupScript(
  options: RunScriptOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ScriptRun> {
  const { siteFile, ephemeral, script } = options;
  // Before a site is started for it.
  readScript(path.resolve(script));
  if (siteFile === undefined) return runOn(undefined, options, output, signal);
  const use = { siteFile, ephemeral, signal, onProgress: output.progress };
  return useSite(use, (site) => runOn({ site, siteFile }, options, output, signal));
}

async function runOn(
  used: { readonly site: UsedSite; readonly siteFile: string } | undefined,
  { script, args, requestTimeoutMs, ports }: RunScriptOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ScriptRun> {
  const directory = used?.site.info.server?.directoryUrl;
  const config: ScriptConfig = {
    script: path.resolve(script),
    args,
    requestTimeoutMs,
    ports,
    things: used ? await fetchThings(used.site) : [],
    brokers: used ? brokerLogins(loadSite(used.siteFile)) : {},
    operator: used ? operatorClient(loadSite(used.siteFile), used.site.info.token) : {},
    directory:
      used && directory !== undefined
        ? operatorRegistration(loadSite(used.siteFile), directory, used.site.info.token)
        : null,
    introductions: directory === undefined ? [] : [directory],
  };
  output.endProgress();
  const startMs = performance.now();
  await runInProcess(config, signal);
  return {
    script,
    site: used?.site.info.site,
    ephemeral: used?.site.isEphemeral ?? false,
    elapsedMs: performance.now() - startMs,
  };
}

function runInProcess(config: ScriptConfig, signal: AbortSignal): Promise<void> {
  const entry = compiledEntry(path.join(__dirname, `script-process${path.extname(__filename)}`));
  const child = spawn(process.execPath, [...process.execArgv, entry], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const interrupt = (): void => {
    child.kill("SIGINT");
  };
  return new Promise<void>((resolve, reject) => {
    let end: ScriptEnd | undefined;
    child.on("message", (message: ScriptEnd) => {
      end = message;
    });
    child.once("error", (cause) => reject(new ScriptError("cannot be started", { cause })));
    child.once("exit", (code, killedBy) => {
      signal.removeEventListener("abort", interrupt);
      if (end?.kind === "failed") reject(new ScriptError(end.message));
      else if (end?.kind === "done") resolve();
      else if (signal.aborted) reject(new InterruptedError("the script was interrupted"));
      else if (code === 0) resolve();
      else
        reject(
          new ScriptError(`${config.script} ended itself: ${killedBy ?? `exit code ${code}`}`),
        );
    });
    signal.addEventListener("abort", interrupt, { once: true });
    child.send(config);
    if (signal.aborted) interrupt();
  });
}
