import type * as WoT from "wot-typescript-definitions";
import { InputError } from "../errors";
import { discover, exploreDirectory, requestThingDescription } from "./discovery";
import { type BrowseOptions, browse } from "./dns-sd/browse";
import { type ClientSource, fetchWith } from "./documents/servient-fetcher";
import type { DiscoveryOptions } from "./options";
import type { ThingQuery } from "./thing-query";

export interface WithDiscoveryOptions extends DiscoveryOptions {
  /** Where `discover()` begins; the Scripting API leaves that to the runtime. */
  readonly introductions?: readonly string[];
  /** Where `discover({ method: "multicast" })` listens. @default every interface */
  readonly dnsSd?: BrowseOptions;
}

/** What `discover` takes beside the Scripting API's filter. */
export interface DiscoverFilter extends ThingQuery {
  /**
   * `direct` and `directory` begin at `url`, `multicast` at what announces itself by DNS-SD; without it,
   * the runtime's introductions.
   */
  readonly method?: "direct" | "directory" | "multicast";
  readonly url?: string;
}

/**
 * A Scripting API whose discovery works: node-wot's `discover` is not implemented, its
 * `exploreDirectory` reads one page only and gives whatever is listed, and none of it has errors with
 * a code.
 *
 * @param servient its clients fetch what is not HTTP, such as `coap:`; its credentials by origin
 *   (`http://host:port`) are shown there
 */
export function withDiscovery<Api extends typeof WoT>(
  wot: Api,
  servient: ClientSource,
  options: WithDiscoveryOptions = {},
): Api {
  const own = fetchWith(servient);
  const common = {
    ...options,
    authorization: options.authorization ?? ((url: URL) => authorizationAt(servient, url)),
    fetchers: { ...Object.fromEntries(OWN_SCHEMES.map((one) => [one, own])), ...options.fetchers },
  };
  return Object.assign(Object.create(wot) as Api, {
    discover: async ({ method, url, ...filter }: DiscoverFilter = {}) => {
      const introductions =
        method === "multicast"
          ? (await browse({ signal: options.signal, ...options.dnsSd })).map((one) => one.url)
          : url === undefined
            ? (options.introductions ?? [])
            : [url];
      if (introductions.length === 0 && method !== "multicast") {
        const wanted = "at least one introduction: the URL of a Thing Description or directory";
        throw new InputError({ path: "/introductions", got: introductions, wanted });
      }
      return discover(introductions, withFilter(common, filter));
    },
    exploreDirectory: (url: string, filter?: ThingQuery) =>
      exploreDirectory(url, withFilter(common, filter)),
    requestThingDescription: (url: string) => requestThingDescription(url, common),
  });
}

const OWN_SCHEMES = ["coap", "coaps", "coap+tcp", "coaps+tcp", "mqtt", "mqtts"];

/** Nothing but what was given for this very server: a description could name any other. */
function authorizationAt(servient: ClientSource, { origin }: URL): string | undefined {
  const [first] = servient.retrieveCredentials?.(origin) ?? [];
  const { token, username, password } = (first ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof token === "string") return `Bearer ${token}`;
  if (typeof username !== "string" || typeof password !== "string") return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function withFilter(options: DiscoveryOptions, filter: ThingQuery = {}): DiscoveryOptions {
  return { ...options, query: { ...options.query, ...filter } };
}
