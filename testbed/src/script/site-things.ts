import { type ConsumeOptions, NotFoundError } from "@fogwot/core";
import type { SiteThing } from "../things/thing-descriptions";
import type { ConsumedThing, ScriptingApi, ThingDescription } from "../things/wot-types";

export type ThingFilter = (td: ThingDescription) => boolean;

/** The global `things` of a mash-up script: the Thing Descriptions of the site. */
export interface SiteThings extends Iterable<ThingDescription> {
  readonly all: readonly ThingDescription[];
  /** Sensors and the like. */
  readonly devices: readonly ThingDescription[];
  /** One per sensor network. */
  readonly networks: readonly ThingDescription[];
  /** One per fog node. */
  readonly nodes: readonly ThingDescription[];
  filter(filter: ThingFilter): ThingDescription[];
  /** By id, or by the end of it: "wifi-1". @throws NotFoundError */
  get(id: string): ThingDescription;
  /** One Thing by id, or every Thing that a filter lets through, ready to interact with. */
  consume(id: string | ThingDescription, options?: ConsumeOptions): Promise<ConsumedThing>;
  consume(filter: ThingFilter, options?: ConsumeOptions): Promise<ConsumedThing[]>;
}

export function createSiteThings(wot: ScriptingApi, things: readonly SiteThing[]): SiteThings {
  const all = things.map((thing) => thing.td);
  const ofKind = (kind: SiteThing["kind"]): ThingDescription[] =>
    things.filter((thing) => thing.kind === kind).map((thing) => thing.td);
  const get = (id: string): ThingDescription => {
    const found = all.find((td) => td.id === id || td.id?.endsWith(`:${id}`));
    if (found) return found;
    throw new NotFoundError(`Thing ${id} (there are ${all.map((td) => td.id).join(", ")})`);
  };
  function consume(
    which: string | ThingDescription | ThingFilter,
    options: ConsumeOptions = {},
  ): Promise<ConsumedThing | ConsumedThing[]> {
    if (typeof which === "string")
      return Promise.resolve().then(() => wot.consume(get(which), options));
    if (typeof which !== "function") return wot.consume(which, options);
    return Promise.all(all.filter(which).map((td) => wot.consume(td, options)));
  }
  return {
    all,
    devices: ofKind("device"),
    networks: ofKind("network"),
    nodes: ofKind("node"),
    filter: (filter) => all.filter(filter),
    get,
    consume: consume as SiteThings["consume"],
    [Symbol.iterator]: () => all[Symbol.iterator](),
  };
}
