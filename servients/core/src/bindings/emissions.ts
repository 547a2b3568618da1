import type { Content, ExposedThing } from "@node-wot/core";

/** Kinds of affordance that notify. */
export type NotifyingKind = "properties" | "events";

/** Told of every notification of a Thing, in JSON, in the order of their emission. */
export type EmissionListener = (kind: NotifyingKind, name: string, content: Content) => void;

/**
 * A Thing that can be listened to as a whole, which costs as little for a hundred affordances as
 * for one; also to properties that are not observable, whose changes it may tell of all the same.
 */
export interface EmittingThing {
  /**
   * Begins to listen, which the Thing's own subscribe and observe handlers are told of.
   * @returns stops it; idempotent
   * @throws what such a handler throws; nobody listens then
   */
  onEmission(listener: EmissionListener): Promise<() => void>;
}

/** Things that our Servients produce are; node-wot's own are not. */
export function isEmitting(thing: ExposedThing): thing is ExposedThing & EmittingThing {
  return typeof (thing as Partial<EmittingThing>).onEmission === "function";
}
