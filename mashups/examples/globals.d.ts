// What `fogwot run` puts into a script's scope. Give your own scripts these types with
//   /// <reference path="…/mashups/examples/globals.d.ts" />

type BindingName = "http" | "coap" | "mqtt";
type ThingFilter = (td: import("wot-typescript-definitions").ThingDescription) => boolean;

interface SiteThings extends Iterable<import("wot-typescript-definitions").ThingDescription> {
  readonly all: readonly import("wot-typescript-definitions").ThingDescription[];
  /** Sensors and the like. */
  readonly devices: readonly import("wot-typescript-definitions").ThingDescription[];
  /** One per sensor network. */
  readonly networks: readonly import("wot-typescript-definitions").ThingDescription[];
  /** One per fog node. */
  readonly nodes: readonly import("wot-typescript-definitions").ThingDescription[];
  filter(filter: ThingFilter): import("wot-typescript-definitions").ThingDescription[];
  /** By id, or by the end of it: "hall-1". */
  get(id: string): import("wot-typescript-definitions").ThingDescription;
  /** One Thing, ready to interact with: by id, or its description. */
  consume(
    thing: string | import("wot-typescript-definitions").ThingDescription,
    options?: { readonly binding?: BindingName },
  ): Promise<WoT.ConsumedThing>;
  /** Every Thing that the filter lets through. */
  consume(
    filter: ThingFilter,
    options?: { readonly binding?: BindingName },
  ): Promise<WoT.ConsumedThing[]>;
}

/** What goes beyond the Scripting API. */
declare namespace WoT {
  interface InteractionOptions {
    /** Gives the interaction up; a subscription's ends it later on as well. */
    readonly signal?: AbortSignal | undefined;
    /** Longest wait, ms. */
    readonly timeoutMs?: number | undefined;
  }
  interface ConsumedThing {
    readonly unusableForms: readonly { path: string; href: string; reason: string }[];
    /** Ends its subscriptions. */
    destroy(): Promise<void>;
  }
  function consume(
    td: ThingDescription,
    options: { readonly binding?: BindingName },
  ): Promise<ConsumedThing>;
}

/** As scripts for node-wot have it. */
declare const WoTHelpers: {
  fetch(url: string): Promise<import("wot-typescript-definitions").ThingDescription>;
};
/** The Thing Descriptions of the site; empty without one. */
declare const things: SiteThings;
/** What followed the script on the command line. */
declare const args: readonly string[];
/** Aborted by Ctrl-C. */
declare const signal: AbortSignal;
