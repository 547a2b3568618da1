import {
  createHelpers,
  createLogger,
  documentFetchers,
  fetchFromFile,
  type RunningServient,
  startServient,
  toFogwotError,
  withDiscovery,
} from "@fogwot/core";
import { ScriptError } from "../errors";
import { Exposer } from "./exposer";
import { runScript, scriptFailure } from "./load-script";
import type { ScriptConfig, ScriptEnd } from "./messages";
import { createSiteThings } from "./site-things";

/** After Ctrl-C a script may use `signal` to end by itself; this is how long it has for that. */
const GRACE_MS = 500;
/** A connection that nobody uses any more is kept so long: a loop may be about to use it again. */
const IDLE_MS = 300;

/**
 * The process that a script runs in, so that a script can end it, block it, and keep it: it ends when
 * nothing is left to do, as any program of Node's does. No subscription, no exposed Thing, no timer.
 */
async function main({ script, args, ...config }: ScriptConfig): Promise<void> {
  const interruption = new AbortController();
  const servient = await startServient({
    name: "script",
    requestTimeoutMs: config.requestTimeoutMs,
    brokers: config.brokers,
    ...config.operator,
  });
  const exposer = new Exposer({
    servient: servient.servient,
    wot: withDiscovery(servient.wot, servient.servient, {
      introductions: config.introductions,
      // A script may read any file; what it explores may not make it do so.
      fetchers: { ...documentFetchers(config.operator), file: fetchFromFile },
    }),
    ports: config.ports,
    log: createLogger("script", "warn"),
    ...(config.directory ? { directory: config.directory } : {}),
    onExposed: (title, url) => process.stderr.write(`${title} is exposed at ${url}\n`),
  });
  const { wot } = exposer;
  const globals = {
    WoT: wot,
    WoTHelpers: createHelpers(servient.servient, wot),
    things: createSiteThings(wot, config.things),
    args,
    signal: interruption.signal,
  };
  // For modules that the script requires, and scripts that look for them by name.
  Object.assign(globalThis, globals);
  process.argv = [process.execPath, script, ...args];
  const end = endOf({
    stop: async () => {
      await exposer.close();
      await servient.stop();
    },
  });
  let hasEnded = false;
  onInterruption(() => {
    interruption.abort();
    // Only its subscriptions and Things keep it: this is how such a script ends.
    if (hasEnded) void end();
    setTimeout(() => process.exit(130), GRACE_MS).unref();
  });
  process.on("uncaughtException", (error) => void end(scriptFailure(script, error)));
  process.on("unhandledRejection", (reason) => void end(scriptFailure(script, reason)));
  process.on("beforeExit", () => {
    void end(hasEnded ? undefined : new ScriptError(`${script} waits for what can never come`));
  });
  try {
    await runScript(script, globals);
    hasEnded = true;
    closeWhenIdle(servient);
  } catch (error) {
    await end(toFogwotError(error));
  }
}

/** Ends the process, once, and says how it went. */
function endOf(running: Pick<RunningServient, "stop">): (error?: Error) => Promise<void> {
  let isEnding = false;
  return async (error) => {
    if (isEnding) return;
    isEnding = true;
    const { code, message } = toFogwotError(error ?? new ScriptError("done"));
    const told: ScriptEnd = error ? { kind: "failed", message, code } : { kind: "done" };
    await Promise.race([running.stop(), new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
    const exit = () => process.exit(error ? 1 : 0);
    if (process.connected) process.send?.(told, undefined, undefined, exit);
    else exit();
  };
}

/** Open connections to brokers would keep the process for ever. */
function closeWhenIdle({ consumer }: RunningServient): void {
  const { activity } = consumer;
  activity.onIdle(() => {
    setTimeout(() => {
      if (activity.running === 0) consumer.releaseConnections().catch(() => undefined);
    }, IDLE_MS).unref();
  });
}

function onInterruption(interrupt: () => void): void {
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  process.once("disconnect", () => process.exit(1));
}

process.once("message", (config: ScriptConfig) => {
  // Waiting for messages must not keep the process.
  process.channel?.unref();
  void main(config);
});
