import { type ExposedThing, serializeTD } from "@node-wot/core";

/**
 * The Thing Description as JSON text: what `getThingDescription()` would parse, so that who sends it
 * can do without.
 */
export function descriptionText(thing: ExposedThing): string {
  // Typed for the plain Thing that an ExposedThing is.
  return serializeTD(thing as unknown as Parameters<typeof serializeTD>[0]);
}
