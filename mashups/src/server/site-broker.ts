import type { Logger, Site } from "@fogwot/core";

/** The broker of a running site. */
export interface SiteBrokerHandle {
  /** As Things advertise it: `mqtt://127.0.0.1:18083`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The site's external broker, or the embedded one on `port`. */
export async function startSiteBroker(options: {
  site: Site;
  port: number;
  log: Logger;
}): Promise<SiteBrokerHandle | null> {
  const { broker } = options.site;
  if (broker.url !== undefined) return { url: broker.url, stop: async () => undefined };
  return null;
}
