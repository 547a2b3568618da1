import { brokerCredentials, ConfigError, isLoopback, type Logger, type Site } from "@fogwot/core";
import { startAvailabilityKeeper, startBroker } from "../broker";

/** The broker of a running site. */
export interface SiteBrokerHandle {
  /** `mqtt://127.0.0.1:18083` */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The site's broker: an external one by URL, else the embedded one on `port`; null when the site
 * has none. With it runs what says `offline` for the Things of a fog node that died.
 *
 * @throws ConfigError, PortInUseError, InsecureBindError
 */
export async function startSiteBroker(options: {
  site: Site;
  port: number;
  log: Logger;
}): Promise<SiteBrokerHandle | null> {
  const broker = await brokerOf(options);
  if (!broker) return null;
  const { site, log } = options;
  const { url } = broker;
  const topicPrefix = `fogwot/${site.site}`;
  const keeper = await startAvailabilityKeeper({
    ...brokerCredentials(site),
    ...{ brokerUrl: url, topicPrefix, log },
  });
  return {
    url,
    async stop() {
      await keeper.stop();
      await broker.stop();
    },
  };
}

async function brokerOf(options: {
  site: Site;
  port: number;
  log: Logger;
}): Promise<SiteBrokerHandle | null> {
  const { site, port, log } = options;
  const { url, embedded, insecure } = site.broker;
  if (url !== undefined) {
    refuseOpenBroker(site);
    return { url, stop: async () => undefined };
  }
  // The embedded one asks nobody who they are.
  if (site.security) return null;
  return embedded ? startBroker({ host: site.server.host, port, insecure, log }) : null;
}

/** Whoever reaches a broker without credentials can answer for every Thing of the site. */
function refuseOpenBroker({ broker: { url = "", username, insecure } }: Site): void {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
  if (insecure || username !== undefined || isLoopback(host)) return;
  const wanted = "username and passwordFile, or insecure: true, for a broker on another machine";
  throw new ConfigError("site", [{ path: "/broker/username", got: username, wanted }]);
}
