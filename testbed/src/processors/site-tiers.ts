import { type BindingName, loadSite, NotFoundError } from "@fogwot/core";
import { UsageError } from "../errors";
import { attachSite } from "../site-run/attach";
import { findSiteFile } from "../site-run/find-site";
import { openClient } from "../things/client";
import { fetchThings } from "../things/thing-descriptions";
import type { ConsumedThing } from "../things/wot-types";

/** What runs processors: a fog node, or the processing server, by its Thing. */
export interface Tier {
  /** Name of the node; `server`. */
  readonly node: string;
  readonly thingId: string;
  readonly thing: ConsumedThing;
}

export interface TiersOptions {
  readonly site: string | undefined;
  /** @default the first that the Things' descriptions offer */
  readonly binding?: BindingName | undefined;
}

/** Admission, compilation and the disk of a small node. */
const REQUEST_LIMIT_MS = 30_000;

/**
 * Runs `work` on the tiers of the running site, in the operator's name.
 * @throws SiteNotRunningError, UsageError when the site file does not say whose processors run
 */
export async function onTiers<T>(
  { site, binding }: TiersOptions,
  work: (tiers: readonly Tier[]) => Promise<T>,
): Promise<T> {
  const siteFile = findSiteFile(site);
  const attached = await attachSite(siteFile);
  const { info } = attached;
  const things = await fetchThings(attached, { filter: ({ kind }) => kind === "node" });
  const client = await openClient(REQUEST_LIMIT_MS, {
    site: loadSite(siteFile),
    token: info.token,
  });
  try {
    const tiers: Tier[] = [];
    for (const { node, id, td } of things) {
      if (td.properties?.processors === undefined) continue;
      const thing = await client.wot.consume(td, binding ? { binding } : {});
      tiers.push({ node, thingId: id, thing });
    }
    if (tiers.length === 0) {
      throw new UsageError(
        `nothing of ${siteFile} runs processors; name whom the site trusts: processors: { trust: … }`,
      );
    }
    return await work(tiers);
  } finally {
    await client.stop();
  }
}

/** @throws NotFoundError that names the tiers */
export function tierOf(tiers: readonly Tier[], name: string): Tier {
  const found = tiers.find(({ node, thingId }) => node === name || thingId === name);
  if (found) return found;
  throw new NotFoundError(`tier ${name} (there are ${tiers.map(({ node }) => node).join(", ")})`);
}
