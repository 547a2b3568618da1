export { BINDING_NAMES, type BindingName } from "./binding-name";
export * from "./consume";
export type { ServientCredentials } from "./credentialed-servient";
export { documentFetchers } from "./document-fetchers";
export { createHelpers, type WoTHelpers } from "./helpers";
export { bindingsOf, pinBinding } from "./pin-binding";
export {
  type Choice,
  type RunningServient,
  type ServerCounters,
  type ServientOptions,
  startServient,
} from "./servient";
export { stockClientFactories, stockCoapServer, stockHttpServer, stockMqttServer } from "./stock";
