/**
 * Thing Models, Thing Descriptions, and what is wrong with them.
 *
 * ```ts
 * import { explain, instantiate, listThingModels } from "@fogwot/thing-descriptions";
 *
 * listThingModels(); // ["climate-dht11", "device", "network", "node", "wotpy-benchmark"]
 * const init = instantiate("climate-dht11", {
 *   site: "factory", node: "fog-wifi", id: "wifi-1", title: "Climate sensor 1", wsn: "wifi",
 * });
 * const thing = await WoT.produce(init); // the bindings add the forms
 *
 * for (const { level, line, path, got, wanted } of explain(fs.readFileSync("lamp.td.jsonld", "utf8"))) {
 *   console.log(`${line}: ${level}: ${path}: got ${got}, wanted ${wanted}`);
 * }
 * ```
 *
 * @packageDocumentation
 */
export {
  ExpansionLimitError,
  JsonLdError,
  MeasurementError,
  MissingPlaceholderError,
  RemoteContextError,
  ThingDescriptionError,
  ThingDescriptionsError,
  ThingModelError,
  UnknownThingModelError,
} from "./errors";
export { type ExplainOptions, explain, validateThingDescription } from "./explain/explain";
export { linesOf } from "./explain/lines";
export { type ListedForm, listForms } from "./explain/list-forms";
export { explainModelFile } from "./explain/model-file";
export { explainValue } from "./explain/value";
export type { Finding } from "./finding";
export { type DroppedMember, type ExpandOptions, type Expansion, expand } from "./jsonld/expand";
export { iriOf } from "./jsonld/iris";
export type { ExpandLimits } from "./jsonld/limits";
export type { Coordinates, ThingLocation } from "./jsonld/location";
export { type AffordanceIndex, type SemanticIndex, semanticIndex } from "./jsonld/semantic-index";
export { annotateMeasurements } from "./measurements/annotate";
export type { FormMeasurement } from "./measurements/measurement";
export { listThingModels, modelOfUrn, thingModelFile } from "./models/catalogue";
export type { LoadedModel, LoadModel } from "./models/compose";
export {
  type ComposedThing,
  type ComposeThingsOptions,
  composeThings,
} from "./models/compose-things";
export type { CompositionOptions, InstanceOptions } from "./models/composition";
export { instantiateWithForms } from "./models/http-forms";
export {
  type InstanceValues,
  type InstantiateModelOptions,
  instantiate,
  instantiateModel,
} from "./models/instantiate";
export { composeSingleThing } from "./models/single-thing";
export type { ExposedThingInit, ThingDescription } from "./types";
