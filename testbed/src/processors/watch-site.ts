import { loadSite } from "@fogwot/core";
import type { Output } from "../cli/output";
import { attachSite } from "../site-run/attach";
import { openClient } from "../things/client";

export interface WatchSiteOptions {
  readonly siteFile: string;
  /** One alone. @default all */
  readonly processor?: string | undefined;
  readonly port?: string | undefined;
  /** So many events, then it ends. */
  readonly count?: number | undefined;
}

const EVENTS = ["processorOutput", "processorSwapped", "processorFault"] as const;
const REQUEST_LIMIT_MS = 10_000;

/** As the Node Thing's events say it. */
interface ProcessorEvent {
  readonly processor: string;
  readonly timestamp: string;
  readonly port?: string;
  readonly record?: Readonly<Record<string, unknown>>;
  readonly ageMs?: number;
}

/**
 * Shows what the processors of a running site say, swap and fail, until it is ended.
 * @returns how many events were shown
 * @throws SiteNotRunningError
 */
export async function watchSite(
  { siteFile, processor, port, count = Number.POSITIVE_INFINITY }: WatchSiteOptions,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly events: number }> {
  const { info } = await attachSite(siteFile);
  const client = await openClient(REQUEST_LIMIT_MS, {
    site: loadSite(siteFile),
    token: info.token,
  });
  let events = 0;
  try {
    const enough = new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      const show = (node: string, name: string, event: ProcessorEvent): void => {
        if (processor !== undefined && event.processor !== processor) return;
        if (port !== undefined && event.port !== port) return;
        if (events >= count) return;
        events++;
        output.line(eventLine(node, name, event));
        if (events >= count) resolve();
      };
      const nodes = info.nodes.flatMap(({ node, things }) =>
        things.flatMap(({ kind, tdUrl }) => (kind === "node" ? [{ node, tdUrl }] : [])),
      );
      // Once there is enough, what is still being subscribed is given up, and that is no failure.
      Promise.all(
        nodes.map(({ node, tdUrl }) => subscribe(client, tdUrl, (...of) => show(node, ...of))),
      ).catch(reject);
    });
    await enough;
  } finally {
    await client.stop();
  }
  return { events };
}

async function subscribe(
  { wot }: Awaited<ReturnType<typeof openClient>>,
  tdUrl: string,
  show: (name: string, event: ProcessorEvent) => void,
): Promise<void> {
  const thing = await wot.consume(await wot.requestThingDescription(tdUrl));
  const known = Object.keys(thing.getThingDescription().events ?? {});
  for (const name of EVENTS.filter((one) => known.includes(one))) {
    await thing.subscribeEvent(name, async (data) => {
      show(name, (await data.value()) as unknown as ProcessorEvent);
    });
  }
}

/** `12:00:01.250 fog-cell collision stop: distanceMm=1810 … (2 ms)` */
export function eventLine(node: string, name: string, event: ProcessorEvent): string {
  const { processor, timestamp, port, record, ageMs, ...facts } = event;
  const time = timestamp.slice(11, 23);
  const what = name === "processorOutput" ? (port ?? "") : name;
  const shown = Object.entries(record ?? facts).map(([key, value]) => `${key}=${textOf(value)}`);
  const age = ageMs === undefined ? "" : ` (${ageMs} ms)`;
  return `${time} ${node} ${processor} ${what}: ${shown.join(" ")}${age}`;
}

function textOf(value: unknown): string {
  if (typeof value !== "number") return JSON.stringify(value);
  return String(Math.abs(value) < 100 ? Math.round(value * 1_000) / 1_000 : Math.round(value));
}
