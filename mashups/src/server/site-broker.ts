import {
  type Access,
  brokerLogin,
  ConfigError,
  hasOpenThings,
  isLoopback,
  type Logger,
  type ServiceSecrets,
  type Site,
  siteAuthority,
  siteCertificate,
  siteTopics,
} from "@fogwot/core";
import { startAvailabilityKeeper, startBroker } from "../broker";

/** The broker of a running site. */
export interface SiteBrokerHandle {
  /** `mqtt://127.0.0.1:18083`, or `mqtts:` */
  readonly url: string;
  stop(): Promise<void>;
}

export interface SiteBrokerOptions {
  readonly site: Site;
  readonly port: number;
  readonly log: Logger;
  /** Of a site with `security`: whom the broker lets in, and what the site's programs show it. */
  readonly access?: Access | undefined;
  readonly services?: ServiceSecrets | undefined;
}

/**
 * The site's broker: an external one by URL, else the embedded one on `port`; null when the site
 * has none. With it runs what says `offline` for the Things of a fog node that died.
 *
 * @throws ConfigError, PortInUseError, InsecureBindError
 */
export async function startSiteBroker(
  options: SiteBrokerOptions,
): Promise<SiteBrokerHandle | null> {
  const broker = await brokerOf(options);
  if (!broker) return null;
  const { site, services, log } = options;
  const { url } = broker;
  const { topicPrefix } = siteTopics(site.site);
  const ca = siteAuthority(site);
  const keeper = await startAvailabilityKeeper({
    ...brokerLogin(site, services?.own),
    ...(ca === undefined ? {} : { ca }),
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

async function brokerOf(options: SiteBrokerOptions): Promise<SiteBrokerHandle | null> {
  const { site, port, access, log } = options;
  const { url, embedded, insecure } = site.broker;
  if (url !== undefined) {
    refuseOpenBroker(site);
    return { url, stop: async () => undefined };
  }
  if (!embedded) return null;
  const tls = siteCertificate(site);
  return startBroker({
    ...{ host: site.server.host, port, log },
    // Passwords in clear on a network that others listen to protect nothing.
    insecure: insecure || (access !== undefined && tls !== undefined),
    ...(tls ? { tls } : {}),
    ...(access && site.security
      ? {
          security: {
            access,
            topics: siteTopics(site.site),
            anonymous: hasOpenThings(site.security),
          },
        }
      : {}),
  });
}

/** Whoever reaches a broker without credentials can answer for every Thing of the site. */
function refuseOpenBroker({ broker: { url = "", username, insecure }, security }: Site): void {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
  if (insecure || username !== undefined || security || isLoopback(host)) return;
  const wanted = "username and passwordFile, or insecure: true, for a broker on another machine";
  throw new ConfigError("site", [{ path: "/broker/username", got: username, wanted }]);
}
