import type * as Library from "bonjour-service";
import { type DnsSdSettings, socketOptions } from "./settings";

/** Something that was announced by DNS-SD. */
export interface FoundService {
  readonly name: string;
  /** Of its Thing Description. */
  readonly url: string;
  readonly type: "Thing" | "Directory";
}

export interface BrowseOptions extends DnsSdSettings {
  /** How long is listened for answers. @default 2 000 ms */
  readonly durationMs?: number;
  /** Ends it early: what was found until then is the result. */
  readonly signal?: AbortSignal | undefined;
}

const SCHEMES = new Set(["http", "https", "coap", "coaps", "coap+tcp", "coaps+tcp"]);
/** A network can announce more than anybody can look at. */
const MAX_SERVICES = 1_000;

/**
 * The Things and directories that announce themselves by DNS-SD, over TCP and UDP.
 *
 * @see W3C WoT Discovery, section 6.3
 */
export function browse(options: BrowseOptions = {}): Promise<FoundService[]> {
  const { durationMs = 2_000, signal, ...settings } = options;
  if (signal?.aborted) return Promise.resolve([]);
  const { Bonjour } = require("bonjour-service") as typeof Library;
  return new Promise((resolve, reject) => {
    const found = new Map<string, FoundService>();
    const end = (error?: unknown): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      bonjour.destroy(() => (error === undefined ? resolve([...found.values()]) : reject(error)));
    };
    const stop = (): void => end();
    const bonjour = new Bonjour(socketOptions(settings), end);
    const timer = setTimeout(stop, durationMs);
    signal?.addEventListener("abort", stop, { once: true });
    for (const protocol of ["tcp", "udp"] as const) {
      bonjour.find({ type: "wot", protocol }, (service) => {
        const one = found.size < MAX_SERVICES ? readService(service) : undefined;
        if (one) found.set(one.url, one);
      });
    }
  });
}

/** Whatever the network says: undefined where it leads to no Thing Description. */
export function readService({
  name,
  port,
  addresses = [],
  referer,
  txt,
}: Pick<Library.Service, "name" | "port" | "addresses" | "referer" | "txt">):
  | FoundService
  | undefined {
  const { td, type, scheme = "http" } = (txt ?? {}) as Readonly<Record<string, unknown>>;
  const said = addresses.filter((one) => !one.includes(":"));
  const host = said.find((one) => one === referer?.address) ?? said[0] ?? referer?.address;
  if (typeof td !== "string" || typeof scheme !== "string" || host === undefined) return undefined;
  if (!SCHEMES.has(scheme) || !td.startsWith("/") || td.startsWith("//")) return undefined;
  const address = host.includes(":") ? `[${host}]` : host;
  const text = `${scheme}://${address}:${port}${td}`;
  if (!URL.canParse(text)) return undefined;
  return { name, url: new URL(text).href, type: type === "Directory" ? "Directory" : "Thing" };
}
