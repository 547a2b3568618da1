import path from "node:path";
import {
  brokerLogins,
  type Clock,
  type Logger,
  type ServiceSecrets,
  type Site,
  siteAuthority,
  siteCredentials,
  startServient,
} from "@fogwot/core";
import type * as WoT from "wot-typescript-definitions";
import { openDuckDbStore, type Store } from "../store";
import { type SiteBrokerHandle, type SiteBrokerOptions, startSiteBroker } from "./site-broker";

/** A WoT consumer: the only way in which the server reaches a Thing. */
export interface Consumer {
  readonly wot: Pick<typeof WoT, "consume">;
  stop(): Promise<void>;
}

export interface ConsumerOptions {
  readonly site: Site;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly services: ServiceSecrets | undefined;
}

/** What a processing server is made of; a test may bring its own. */
export interface ServerParts {
  openStore(options: { site: Site; folder: string; clock: Clock; log: Logger }): Promise<Store>;
  startConsumer(options: ConsumerOptions): Promise<Consumer>;
  startBroker(options: SiteBrokerOptions): Promise<SiteBrokerHandle | null>;
}

export const defaultParts: ServerParts = {
  openStore: ({ site, folder, clock, log }) =>
    openDuckDbStore({ ...site.store, file: path.join(folder, "fogwot.duckdb"), clock, log }),
  startConsumer: ({ site, timeoutMs, log, services }) => {
    const ca = siteAuthority(site);
    return startServient({
      name: "processing-server",
      requestTimeoutMs: timeoutMs,
      brokers: brokerLogins(site),
      ...(ca === undefined ? {} : { tls: { ca } }),
      ...(services ? { credentials: siteCredentials(site, services.own) } : {}),
      log,
    });
  },
  startBroker: startSiteBroker,
};
