import {
  browse,
  type DiscoveryFinding,
  type DnsSdSettings,
  discover,
  documentFetchers,
  type FoundService,
  registrationOf,
  type ThingQuery,
} from "@fogwot/core";
import type { Output } from "../cli/output";
import { UsageError } from "../errors";

export interface DiscoverOptions {
  /** URLs of Thing Descriptions, directories, listings, `/.well-known/core`. */
  readonly urls: readonly string[];
  /** Listens for what announces itself. */
  readonly dnsSd: (DnsSdSettings & { readonly durationMs: number }) | undefined;
  readonly query: ThingQuery;
  readonly timeoutMs: number;
}

export interface FoundThing {
  readonly id: string | null;
  readonly title: string;
  readonly availability: string | null;
  readonly lastSeen: string | null;
}

export interface Discovered {
  readonly announced: readonly FoundService[];
  readonly things: readonly FoundThing[];
  readonly findings: readonly Pick<DiscoveryFinding, "code" | "url" | "message">[];
}

/**
 * Finds Things from URLs and from what announces itself by DNS-SD, and prints them.
 * @throws UsageError without anywhere to begin, InputError for a query that is none
 */
export async function discoverThings(
  { urls, dnsSd, query, timeoutMs }: DiscoverOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Discovered> {
  if (urls.length === 0 && !dnsSd) {
    throw new UsageError("nowhere to begin: give URLs, or --dns-sd");
  }
  if (dnsSd) output.progress("listening for what announces itself");
  const announced = dnsSd ? await browse({ ...dnsSd, signal }) : [];
  output.endProgress();
  for (const { name, type, url } of announced) output.line(`announced: ${type} ${name}   ${url}`);
  const introductions = [...urls, ...announced.map(({ url }) => url)];
  const fetchers = documentFetchers({});
  const discovery = discover(introductions, { query, timeoutMs, signal, fetchers });
  const things: FoundThing[] = [];
  for await (const td of discovery) {
    const { availability = null, lastSeenMs } = registrationOf(td);
    const lastSeen = lastSeenMs === undefined ? null : new Date(lastSeenMs).toISOString();
    const thing = { id: td.id ?? null, title: String(td.title), availability, lastSeen };
    things.push(thing);
    output.line(lineOf(thing));
  }
  const findings = discovery.findings.map(({ code, url, message }) => ({ code, url, message }));
  for (const { code, url, message } of findings) output.note(`${code} ${url}: ${message}`);
  return { announced, things, findings };
}

function lineOf({ id, title, availability, lastSeen }: FoundThing): string {
  const state = [availability, lastSeen && `seen ${lastSeen}`].filter(Boolean).join(", ");
  return `${title}   ${id ?? "without id"}${state ? `   ${state}` : ""}`;
}
