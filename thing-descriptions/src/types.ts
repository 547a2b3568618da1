import type { ThingDescription } from "wot-thing-description-types";

type DeepPartial<T> = T extends object
  ? { [P in keyof T]?: T[P] extends Array<infer I> ? Array<DeepPartial<I>> : DeepPartial<T[P]> }
  : T;

/** What `WoT.produce()` takes: a Thing Description in which anything may still be missing. */
export type ExposedThingInit = DeepPartial<ThingDescription>;
export type { ThingDescription };
