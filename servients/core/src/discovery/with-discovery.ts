import type * as WoT from "wot-typescript-definitions";
import { InputError } from "../errors";
import { discover, exploreDirectory } from "./discovery";
import { type ClientSource, fetchWith } from "./documents/servient-fetcher";
import type { DiscoveryOptions } from "./options";

export interface WithDiscoveryOptions extends DiscoveryOptions {
  /** Where `discover()` begins; the Scripting API leaves that to the runtime. */
  readonly introductions?: readonly string[];
}

/**
 * A Scripting API whose `discover` and `exploreDirectory` work: node-wot's `discover` is not implemented,
 * and its `exploreDirectory` reads one page only and gives whatever is listed.
 *
 * @param servient its clients fetch what is not HTTP, such as `coap:`
 */
export function withDiscovery<Api extends typeof WoT>(
  wot: Api,
  servient: ClientSource,
  options: WithDiscoveryOptions = {},
): Api {
  const coap = fetchWith(servient);
  const common = { ...options, fetchers: { coap, "coap+tcp": coap, ...options.fetchers } };
  return Object.assign(Object.create(wot) as Api, {
    discover: async (filter?: WoT.ThingFilter) => {
      const { introductions = [] } = options;
      if (introductions.length === 0) {
        const wanted = "at least one introduction: the URL of a Thing Description or directory";
        throw new InputError({ path: "/introductions", got: introductions, wanted });
      }
      return discover(introductions, withFilter(common, filter));
    },
    exploreDirectory: (url: string, filter?: WoT.ThingFilter) =>
      exploreDirectory(url, withFilter(common, filter)),
  });
}

function withFilter(options: DiscoveryOptions, filter: WoT.ThingFilter = {}): DiscoveryOptions {
  return { ...options, query: { ...options.query, ...filter } };
}
