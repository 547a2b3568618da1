import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type Access,
  asOurs,
  brokerLogin,
  type Clock,
  chainInput,
  type Logger,
  NodeThing,
  PROCESSOR_AFFORDANCES,
  packageRoot,
  type RunningServient,
  SERVER_NAME,
  type ServiceSecrets,
  type Site,
  siteAuthority,
  siteCertificate,
  sitePeers,
  startServient,
} from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { TierProcessors } from "@fogwot/wasm";
import type * as WoT from "wot-typescript-definitions";
import type { Directory } from "../../directory";
import type { ServerThing } from "../config";
import { Feeds } from "./feeds";
import { thingAccess } from "./thing-access";

import { thingValues } from "./thing-values";

export interface ServerTierOptions {
  readonly site: Site;
  /** Of its Thing, in place of the site's; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Where the slots are. */
  readonly folder: string;
  readonly wot: Pick<typeof WoT, "consume">;
  readonly directory: Directory;
  readonly directoryUrl: string;
  readonly brokerUrl: string | null;
  readonly access: Access | undefined;
  readonly services: ServiceSecrets | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ServerTier {
  /** Its Thing. */
  readonly thing: ServerThing;
  stop(): Promise<void>;
}

/** A module of 4 MiB and its state, as base64. */
const MOST_BODY_BYTES = 16 * 1_024 * 1_024;

/**
 * The processing server as a tier: its processors, and the Thing that tells of them, in the directory.
 * undefined for a site whose server has none.
 * @throws ConfigError, PortInUseError, InsecureBindError
 */
export async function startServerTier(options: ServerTierOptions): Promise<ServerTier | undefined> {
  const { site, folder, wot, directory, directoryUrl, services, clock, log } = options;
  const { processors: trust, server } = site;
  if (!trust || server.processors.length === 0) return undefined;
  const idOf = (thing: string): string =>
    thing.includes(":") ? thing : `urn:fogwot:${site.site}:${thing}`;
  const id = idOf(SERVER_NAME);
  const servient = await startServient(servientOptions(options));
  const init = instantiate("node", {
    ...{ site: site.site, node: SERVER_NAME, id: SERVER_NAME, title: "Processing server" },
    description: "The processing server of the site, as a computer that runs processors.",
    optional: PROCESSOR_AFFORDANCES,
  });
  const thing = await servient.wot.produce(init as WoT.ExposedThingInit);
  const feeds = new Feeds(options, idOf, (source, data) => {
    const { values, timeMs } = thingValues(data, clock.now());
    processors.record(source, values, timeMs);
  });
  const processors = new TierProcessors({
    processors: server.processors,
    trust,
    folder,
    version: version(),
    checkChain: (input) =>
      chainInput(input, { devices: [], hasThings: true }, trust, server.processors),
    surroundings: thingAccess({ wot, directory, idOf }),
    peers: sitePeers({ site, directoryUrl, services, log }),
    clock,
    log,
    onChain: (chain) => feeds.arrange(chain),
    onEvent: (name, event) => nodeThing.processors?.onEvent(name, event),
    onOutput: (name, port, record, ageMs) =>
      nodeThing.processors?.onOutput(name, port, record, ageMs),
  });
  const drivers = () => [];
  const nodeThing = new NodeThing({ thing, version: version(), clock, log, drivers, processors });
  const stop = async (): Promise<void> => {
    await directory.delete(id);
    nodeThing.stop();
    await processors.stop();
    await feeds.stop();
    await servient.stop();
  };
  try {
    await asOurs(() => processors.start());
    nodeThing.start();
    await thing.expose();
    await directory.put(id, thing.getThingDescription());
  } catch (error) {
    await stop();
    throw error;
  }
  const tdUrl = `${baseOf(site, servient)}/${SERVER_NAME}/${SERVER_NAME}`;
  return { thing: { id, kind: "node", title: "Processing server", tdUrl }, stop };
}

function servientOptions(options: ServerTierOptions): Parameters<typeof startServient>[0] {
  const { site, port, brokerUrl, access, services, log } = options;
  const { host, insecure, thingPort = 0, cors: origins = site.cors } = site.server;
  const thingPath = (): string => `${SERVER_NAME}/${SERVER_NAME}`;
  const tls = siteCertificate(site);
  const ca = siteAuthority(site);
  return {
    ...{ name: SERVER_NAME, log, clients: [] },
    ...(access ? { access } : {}),
    http: {
      ...{ host, insecure, thingPath, log, port: port ?? thingPort },
      maxBodyBytes: MOST_BODY_BYTES,
      ...(tls ? { tls } : {}),
      ...(origins === undefined ? {} : { cors: { origins } }),
    },
    ...(brokerUrl === null
      ? {}
      : {
          mqtt: {
            ...{ brokerUrl, thingPath, log, topicPrefix: `fogwot/${site.site}` },
            ...brokerLogin(site, services?.own),
            ...(ca === undefined ? {} : { tls: { ca } }),
          },
        }),
  };
}

function baseOf({ server, security }: Site, { ports }: RunningServient): string {
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  return `${security?.tls ? "https" : "http"}://${host}:${ports.http ?? 0}`;
}

function version(): string {
  const file = path.join(packageRoot(__dirname), "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
