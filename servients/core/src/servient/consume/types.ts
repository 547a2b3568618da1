import type { Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import type { InteractionLimits } from "../../bindings/limits";
import type { DiscoverFilter, ThingQuery } from "../../discovery";
import type { BindingName } from "../binding-name";

/**
 * The Scripting API's options, and what bounds an interaction. After a subscription has been
 * accepted, its signal ends it.
 */
export interface InteractionOptions extends WoT.InteractionOptions, InteractionLimits {}

/** Called with what a Thing notifies; what an asynchronous one rejects with goes to the error listener. */
export type InteractionListener = (output: WoT.InteractionOutput) => void | Promise<void>;

export interface ConsumeOptions {
  /** Only the forms of one binding. @default all, in the order of the description */
  readonly binding?: BindingName | undefined;
}

/** A form that cannot be used, and why. */
export interface UnusableForm {
  /** JSON Pointer of the form in the description. */
  readonly path: string;
  readonly href: string;
  readonly reason: string;
}

/** What `consume` gives: the Scripting API's ConsumedThing, whose every interaction can be bounded. */
export interface ConsumedThing extends WoT.ConsumedThing {
  readonly id: string | undefined;
  readonly title: string;
  /** Interactions that no form of ours reaches are refused with these reasons. */
  readonly unusableForms: readonly UnusableForm[];
  readProperty(name: string, options?: InteractionOptions): Promise<WoT.InteractionOutput>;
  readAllProperties(options?: InteractionOptions): Promise<WoT.PropertyReadMap>;
  readMultipleProperties(
    names: string[],
    options?: InteractionOptions,
  ): Promise<WoT.PropertyReadMap>;
  writeProperty(
    name: string,
    value: WoT.InteractionInput,
    options?: InteractionOptions,
  ): Promise<void>;
  writeMultipleProperties(
    values: WoT.PropertyWriteMap,
    options?: InteractionOptions,
  ): Promise<void>;
  invokeAction(
    name: string,
    input?: WoT.InteractionInput,
    options?: InteractionOptions,
  ): Promise<WoT.ActionInteractionOutput>;
  observeProperty(
    name: string,
    listener: InteractionListener,
    errorListener?: WoT.ErrorListener,
    options?: InteractionOptions,
  ): Promise<WoT.Subscription>;
  subscribeEvent(
    name: string,
    listener: InteractionListener,
    errorListener?: WoT.ErrorListener,
    options?: InteractionOptions,
  ): Promise<WoT.Subscription>;
  /** Ends its subscriptions and gives up what is under way. Idempotent. */
  destroy(): Promise<void>;
}

/** The W3C Scripting API as a Servient of ours offers it. */
export interface ScriptingApi {
  /**
   * @throws InvalidThingDescriptionError; NoSuchBindingError when the Thing does not offer the
   *   binding that was asked for
   */
  consume(td: WoT.ThingDescription, options?: ConsumeOptions): Promise<ConsumedThing>;
  produce(init: WoT.ExposedThingInit): Promise<WoT.ExposedThing>;
  discover(filter?: DiscoverFilter): Promise<WoT.ThingDiscoveryProcess>;
  exploreDirectory(url: string, filter?: ThingQuery): Promise<WoT.ThingDiscoveryProcess>;
  requestThingDescription(url: string): Promise<WoT.ThingDescription>;
}

export type AffordanceKind = "properties" | "actions" | "events";

/** An affordance with the defaults of TD 1.1 filled in and absolute hrefs. */
export type Affordance = Readonly<Record<string, unknown>> & {
  readonly forms: readonly Form[];
  readonly uriVariables?: Readonly<Record<string, WoT.DataSchema>>;
};
