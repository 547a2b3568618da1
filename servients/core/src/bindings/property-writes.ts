import type { ExposedThing } from "@node-wot/core";

type WriteListener = (name: string) => void;

// Keyed by the Thing, so that a destroyed Thing's listeners go with it.
const listeners = new WeakMap<ExposedThing, Set<WriteListener>>();

/**
 * Tells of every write that a Thing has taken over any binding, so that a binding that keeps
 * values elsewhere (MQTT: retained messages) sees those that came over another.
 *
 * @returns stops telling; idempotent
 */
export function onPropertyWritten(thing: ExposedThing, listener: WriteListener): () => void {
  const own = listeners.get(thing) ?? new Set();
  listeners.set(thing, own);
  own.add(listener);
  return () => own.delete(listener);
}

/** A write handler has taken a value. */
export function propertyWritten(thing: ExposedThing, name: string): void {
  for (const listener of listeners.get(thing) ?? []) listener(name);
}
