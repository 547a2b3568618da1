/** What the handlers of an ExposedThing are made with. */
export { inputOf } from "./input-of";
export { Notifier } from "./notifier";
export type { ExposedThing, InteractionOutput, Wot } from "./wot-types";
