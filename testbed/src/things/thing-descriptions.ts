import {
  type Fetch,
  isProblemDetails,
  systemClock,
  UnreachableError,
  WaitTimeoutError,
} from "@fogwot/core";

import type { AttachedSite } from "../site-run/attach";
import type { ThingInfo } from "../site-run/run-info";
import type { ThingDescription } from "./wot-types";

/** A Thing of a site: what its fog node says about it, and its Thing Description. */
export interface SiteThing extends ThingInfo {
  readonly node: string;
  readonly td: ThingDescription;
}

const FETCH_LIMIT_MS = 5_000;
const FIRST_LIMIT_MS = 10_000;
const RETRY_MS = 100;

/** Every Thing that the programs of a site serve, without descriptions, in the site's order. */
export function listThings({ info }: AttachedSite): (ThingInfo & { node: string })[] {
  const server = (info.server?.things ?? []).map((thing) => ({ ...thing, node: "server" }));
  const nodes = info.nodes.flatMap(({ node, things }) => things.map((one) => ({ ...one, node })));
  return [...server, ...nodes];
}

export interface FetchOptions {
  readonly limitMs?: number;
  /** @default all */
  readonly filter?: (thing: ThingInfo) => boolean;
}

/**
 * Fetches the Thing Descriptions: from the processing server's directory, which knows what the
 * Things registered, else from the fog nodes themselves.
 * @throws UnreachableError, WaitTimeoutError when a Thing does not show up
 */
export async function fetchThings(
  site: AttachedSite,
  { limitMs = FIRST_LIMIT_MS, filter = () => true }: FetchOptions = {},
): Promise<SiteThing[]> {
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  return Promise.all(
    listThings(site)
      .filter(filter)
      .map(async (thing) => {
        for (;;) {
          const td = await fetchDescription(urlOf(thing, site), site.fetch).catch(
            (error: unknown) => {
              // A fog node registers its Things just after its start, and a binding may come up last.
              if (systemClock.monotonicMs() > deadlineMs) throw error;
              return undefined;
            },
          );
          if (td) return { ...thing, td };
          if (systemClock.monotonicMs() > deadlineMs) {
            throw new WaitTimeoutError(`Thing Description of ${thing.id}`, limitMs);
          }
          await systemClock.sleep(RETRY_MS);
        }
      }),
  );
}

function urlOf(thing: ThingInfo, site: AttachedSite): string {
  if (!site.info.server) return thing.tdUrl;
  return `${site.info.server.directoryUrl}/${encodeURIComponent(thing.id)}`;
}

async function fetchDescription(url: string, fetch: Fetch): Promise<ThingDescription> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: "application/td+json" },
      signal: AbortSignal.timeout(FETCH_LIMIT_MS),
    });
  } catch (cause) {
    throw new UnreachableError(url, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
  // An answer without a JSON body is another program's, or a proxy's error page.
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as ThingDescription;
  const said = isProblemDetails(body) ? body.detail : undefined;
  throw new UnreachableError(url, `${response.status} ${said ?? response.statusText}`);
}
