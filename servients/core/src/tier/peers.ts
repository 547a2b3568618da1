import { brokerLogins, type Site } from "../config";
import { UnreachableError } from "../errors";
import type { Logger } from "../log";
import { type ServiceSecrets, siteAuthority, siteCredentials } from "../security";
import { type ConsumedThing, type RunningServient, startServient } from "../servient";

/** The Things of other tiers. */
export interface Peers {
  /** @param to id of its Thing, its name within the site, or the URL of its description */
  consume(to: string): Promise<ConsumedThing>;
  stop(): Promise<void>;
}

export interface SitePeersOptions {
  readonly site: Site;
  /** The directory's `/things`; without one, tiers are found by URL alone. */
  readonly directoryUrl: string | undefined;
  /** Of a secured site: what this program shows to the others. */
  readonly services: ServiceSecrets | undefined;
  readonly log: Logger;
}

const REQUEST_LIMIT_MS = 30_000;

/** Other tiers of the site, by its directory. The client that reaches them starts when it is needed. */
export function sitePeers({ site, directoryUrl, services, log }: SitePeersOptions): Peers {
  let client: Promise<RunningServient> | undefined;
  const open = (): Promise<RunningServient> => {
    const ca = siteAuthority(site);
    return startServient({
      name: "peers",
      log,
      requestTimeoutMs: REQUEST_LIMIT_MS,
      brokers: brokerLogins(site),
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...(services ? { credentials: siteCredentials(site, services.own) } : {}),
    });
  };
  return {
    consume: async (to) => {
      client ??= open();
      const { wot } = await client;
      return wot.consume(await wot.requestThingDescription(urlOf(to, site.site, directoryUrl)));
    },
    stop: async () => {
      const running = await client;
      client = undefined;
      await running?.stop();
    },
  };
}

/** @throws UnreachableError for a name where there is no directory */
function urlOf(to: string, site: string, directoryUrl: string | undefined): string {
  if (/^(https?|coap|coaps|coap\+tcp|coaps\+tcp):\/\//.test(to)) return to;
  if (directoryUrl === undefined) {
    throw new UnreachableError(to, "this tier knows no directory: name it by URL");
  }
  const id = to.includes(":") ? to : `urn:fogwot:${site}:${to}`;
  return `${directoryUrl}/${encodeURIComponent(id)}`;
}
