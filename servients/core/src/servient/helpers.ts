import { Helpers, type Servient } from "@node-wot/core";
import type { ThingDescription } from "wot-typescript-definitions";
import type { ScriptingApi } from "./consume";

/** What scripts for node-wot find as their global `WoTHelpers`. */
export interface WoTHelpers {
  /** The Thing Description at a URL. */
  fetch(url: string): Promise<ThingDescription>;
  parseInteractionOutput: typeof Helpers.parseInteractionOutput;
}

/** node-wot's helpers, whose `fetch` is `requestThingDescription`. */
export function createHelpers(servient: Servient, wot: ScriptingApi): WoTHelpers {
  return Object.assign(new Helpers(servient), {
    fetch: (url: string) => wot.requestThingDescription(url),
    parseInteractionOutput: Helpers.parseInteractionOutput,
  });
}
