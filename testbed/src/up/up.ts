import { createLogger, type RunningServient, systemClock } from "@fogwot/core";
import type { Output } from "../cli/output";
import { joinRuns } from "../site-run/attach";
import { emulatedDevices } from "../site-run/emulated-devices";
import { fetchServerStatus, type ServerStatus } from "../site-run/server-status";
import { type PlanOptions, planSite } from "../site-run/site-plan";
import { SiteRun } from "../site-run/site-run";
import { type Answered, awaitAnswers } from "../things/answers";
import { openClient } from "../things/client";
import { fetchThings, type SiteThing } from "../things/thing-descriptions";
import { LiveView } from "./live-view";
import type { BlockFacts } from "./status-block";

export interface UpOptions extends PlanOptions {
  /** Ends by itself after this, counted from when the site is up; undefined runs until stopped. */
  readonly forMs?: number;
  /** Whether the mash-up senses at once. */
  readonly sense: boolean;
}

/** The last line of `up --json`. */
export interface UpSummary {
  readonly site: string;
  readonly deviceThings: number;
  readonly networkThings: number;
  readonly nodeThings: number;
  readonly answered: Answered;
  readonly policy: string | null;
  readonly slots: number;
  readonly requests: number;
  /** Over the last 100 slots; null without a successful request. */
  readonly rttMs: number | null;
  readonly pdr: number | null;
  readonly emulatedDevices: number;
  readonly storedRows: number;
  readonly leftover: readonly string[];
}

const ANSWER_LIMIT_MS = 30_000;
const REQUEST_LIMIT_MS = 3_000;
const POLL_MS = 1_000;

const NOBODY: Answered = { http: 0, coap: 0, mqtt: 0 };

/**
 * Runs a site until `signal` is aborted, `fogwot down` asks for its end, or its time is over.
 * @returns the summary; exit code 1 when something is left, or when a Thing stayed silent in a run
 *   of limited time
 */
export async function runUp(
  options: UpOptions,
  output: Output,
  signal: AbortSignal,
): Promise<{ summary: UpSummary; exitCode: 0 | 1 }> {
  const plan = planSite(options);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  const run = new SiteRun({
    plan,
    log: createLogger("testbed:up", "warn"),
    startsSensing: options.sense,
    onProgress: output.progress,
    onDown: end,
  });
  const seen: Seen = { things: [], answered: NOBODY, isComplete: true, status: undefined };
  // The children stop at once when a signal comes, whatever the start is waiting for.
  ending.signal.addEventListener("abort", () => void run.stop(), { once: true });
  try {
    if (signal.aborted) end();
    await run.start();
    await becomeUp(run, output, ending.signal, seen);
    await watch(run, options, output, ending.signal, seen);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  } finally {
    output.endProgress();
    signal.removeEventListener("abort", end);
    await run.stop();
  }
  const summary = summarize(run, seen, await run.stop());
  // A service that is told to end has not failed because its broker was away.
  const isIncomplete = options.forMs !== undefined && !seen.isComplete;
  return { summary, exitCode: summary.leftover.length > 0 || isIncomplete ? 1 : 0 };
}

/** What was learnt of the site while it ran. */
interface Seen {
  things: readonly SiteThing[];
  answered: Answered;
  /** False once a Thing has stayed silent for all of the time it had. */
  isComplete: boolean;
  status: ServerStatus | undefined;
}

/** Waits until all Things answer a read of `status`, and says so. */
async function becomeUp(
  run: SiteRun,
  output: Output,
  signal: AbortSignal,
  seen: Seen,
): Promise<void> {
  const { site } = run.plan.site;
  let client: RunningServient | undefined;
  try {
    const attached = joinRuns(run.plan.siteFile, [run.info]);
    output.progress("waiting for the Things to answer");
    seen.things = await fetchThings(attached);
    client = await openClient(REQUEST_LIMIT_MS, { site: run.plan.site, token: run.info.token });
    const { answered, silent } = await awaitAnswers(
      client,
      seen.things,
      ANSWER_LIMIT_MS,
      signal,
      output.progress,
    );
    seen.answered = answered;
    if (signal.aborted) return;
    seen.isComplete = silent.length === 0;
    if (seen.isComplete) output.announce(`site ${site} is up`);
    else output.note(`site ${site} runs, but not every Thing answers:\n  ${silent.join("\n  ")}`);
  } finally {
    await client?.stop();
  }
}

/** Shows the site until it is to end. */
async function watch(
  run: SiteRun,
  { forMs }: UpOptions,
  output: Output,
  signal: AbortSignal,
  seen: Seen,
): Promise<void> {
  const { server } = joinRuns(run.plan.siteFile, [run.info]);
  const view = output.isJson ? undefined : new LiveView(process.stdout);
  const startMs = systemClock.monotonicMs();
  const endMs = forMs === undefined ? Number.POSITIVE_INFINITY : startMs + forMs;
  for (;;) {
    if (server) seen.status = (await quietly(fetchServerStatus(server))) ?? seen.status;
    const nowMs = systemClock.monotonicMs();
    if (signal.aborted || nowMs >= endMs) break;
    view?.draw(factsOf(run, seen, nowMs - startMs));
    await quietly(systemClock.sleep(Math.min(POLL_MS, endMs - nowMs), signal));
  }
  view?.clear();
  view?.draw(factsOf(run, seen, systemClock.monotonicMs() - startMs));
}

/** A status that cannot be had now (the server restarts) is shown as it last was. */
async function quietly<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch {
    return undefined;
  }
}

function factsOf(run: SiteRun, seen: Seen, elapsedMs: number): BlockFacts {
  const { info, supervisor } = run;
  return {
    site: info.site,
    things: countThings(seen.things),
    urls: [
      ...(info.server ? [{ what: "server", url: info.server.url }] : []),
      ...(info.server?.brokerUrl ? [{ what: "broker", url: info.server.brokerUrl }] : []),
      ...seen.things
        .filter((thing) => thing.kind === "node")
        .map((thing) => ({ what: "node", url: new URL("/", thing.tdUrl).href })),
    ],
    emulated: emulatedDevices(info).size,
    timeScale: info.timeScale,
    troubles: supervisor
      .children()
      .filter((child) => child.state !== "running" || child.restarts > 0)
      .map((child) => `${child.name} ${child.state}, restarted ${child.restarts} times`),
    elapsedMs,
    status: seen.status,
  };
}

function countThings(things: readonly SiteThing[]) {
  const count = (kind: SiteThing["kind"]): number =>
    things.filter((thing) => thing.kind === kind).length;
  return { devices: count("device"), networks: count("network"), nodes: count("node") };
}

function summarize(
  run: SiteRun,
  { things, answered, status }: Seen,
  leftover: string[],
): UpSummary {
  const { devices, networks, nodes } = countThings(things);
  return {
    site: run.info.site,
    deviceThings: devices,
    networkThings: networks,
    nodeThings: nodes,
    answered,
    policy: status?.policy ?? null,
    slots: status?.slots ?? 0,
    requests: status?.requests ?? 0,
    rttMs: status?.window.rttMs ?? null,
    pdr: status?.window.pdr ?? null,
    emulatedDevices: emulatedDevices(run.info).size,
    storedRows: status?.store.rows ?? 0,
    leftover,
  };
}
