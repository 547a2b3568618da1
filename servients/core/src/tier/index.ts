/**
 * What a fog node and the processing server have in common as tiers: the Thing that tells of the
 * computer and of its processors, and the way to other tiers.
 */
export { asOurs } from "./as-ours";
export { chainInput } from "./chain-input";
export { type DriverCondition, NodeThing, type NodeThingOptions } from "./node-thing";
export { sitePeers } from "./peers";
export {
  type DeployLuggage,
  PROCESSOR_AFFORDANCES,
  ProcessorAffordances,
  type RunsProcessors,
} from "./processor-affordances";
