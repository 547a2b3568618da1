import { networkInterfaces } from "node:os";
import type * as Library from "bonjour-service";
import type { Logger } from "../../log";
import { type DnsSdSettings, socketOptions } from "./settings";

export interface Announcement {
  /** Of the Thing; unique on the network. */
  readonly name: string;
  /** Of its Thing Description. */
  readonly url: string;
  readonly type: "Thing" | "Directory";
}

export interface AnnounceOptions extends DnsSdSettings {
  readonly log: Logger;
}

export interface Announcer {
  /** Takes the announcements back. Idempotent. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 300;

/**
 * Makes Things and directories known by DNS-SD: `_wot._tcp` or, over CoAP, `_wot._udp`; directories also
 * as `_directory._sub._wot`. The path of the description, the type and the scheme are in the TXT record.
 * A name that somebody else has already is logged, and not announced.
 *
 * @see W3C WoT Discovery, section 6.3 (introduction-dns-sd-service-name, -txt)
 */
export function announce(
  announcements: readonly Announcement[],
  { log, ...settings }: AnnounceOptions,
): Announcer {
  // Loaded by who announces: most never do.
  const { Bonjour } = require("bonjour-service") as typeof Library;
  const bonjour = new Bonjour(socketOptions(settings), (error: unknown) =>
    log.warn({ err: error }, "DNS-SD"),
  );
  for (const announcement of announcements) publish(bonjour, announcement, settings);
  let stopping: Promise<void> | undefined;
  return {
    stop: () => {
      stopping ??= new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(limit);
          bonjour.destroy(() => resolve());
        };
        const limit = setTimeout(end, STOP_LIMIT_MS);
        bonjour.unpublishAll(end);
      });
      return stopping;
    },
  };
}

function publish(
  bonjour: Library.Bonjour,
  { name, url, type }: Announcement,
  settings: DnsSdSettings,
): void {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol.slice(0, -1);
  const service = bonjour.publish({
    name,
    type: "wot",
    protocol: scheme === "coap" || scheme === "coaps" ? "udp" : "tcp",
    port: Number(port) || (DEFAULT_PORTS[scheme] ?? 80),
    host: `fogwot-${process.pid}.local`,
    ...(type === "Directory" ? { subtypes: ["directory"] } : {}),
    txt: { td: pathname + search, type, scheme },
  });
  const others = service.records.bind(service);
  // The library would give every address of the machine, which a server on one does not answer at.
  service.records = () => [
    ...others().filter((record) => record.type !== "A" && record.type !== "AAAA"),
    ...addressesOf(hostname, settings).map((data) => ({
      name: service.host,
      type: "A" as const,
      ttl: 120,
      data,
    })),
  ];
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  coap: 5683,
  coaps: 5684,
  "coap+tcp": 5683,
  "coaps+tcp": 5684,
};

/** IPv4, as the library's socket. */
function addressesOf(hostname: string, { interface: wanted }: DnsSdSettings): string[] {
  if (/^\d+(\.\d+){3}$/.test(hostname) && hostname !== "0.0.0.0") return [hostname];
  if (wanted !== undefined) return [wanted];
  return Object.values(networkInterfaces())
    .flat()
    .filter((one) => one?.family === "IPv4" && !one.internal)
    .map((one) => one?.address ?? "");
}
