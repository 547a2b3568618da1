import type { ExposedThing } from "@node-wot/core";
import type { Gate } from "./gate";
import type { ThingFeeds } from "./thing-feeds";

/** The Thing that a request is for, as this server has it. */
export interface ThingTarget {
  readonly thing: ExposedThing;
  /** As advertised, without a slash at its end. */
  readonly url: string;
  readonly gate: Gate;
  readonly feeds: ThingFeeds;
}
