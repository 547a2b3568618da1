/**
 * Thing Models, Thing Descriptions, and what is wrong with them.
 *
 * ```ts
 * import { instantiate, listThingModels } from "@fogwot/thing-descriptions";
 *
 * listThingModels(); // ["climate-dht11", "device", "network", "node"]
 * const init = instantiate("climate-dht11", {
 *   site: "factory", node: "fog-wifi", id: "wifi-1", title: "Climate sensor 1", wsn: "wifi",
 * });
 * const thing = await WoT.produce(init); // the bindings add the forms
 * ```
 *
 * @packageDocumentation
 */
export {
  MissingPlaceholderError,
  ThingDescriptionError,
  ThingDescriptionsError,
  ThingModelError,
  UnknownThingModelError,
} from "./errors";
export { type ExplainOptions, explain, validateThingDescription } from "./explain/explain";
export type { Finding } from "./finding";
export { listThingModels, thingModelFile } from "./models/catalogue";
export { instantiateWithForms, withHttpForms } from "./models/http-forms";
export { type InstanceValues, instantiate } from "./models/instantiate";
export type { ExposedThingInit, ThingDescription } from "./types";
