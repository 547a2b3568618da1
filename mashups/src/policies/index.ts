/**
 * Sensing policies: one folder each, found by name.
 *
 * ```ts
 * const policy = createPolicy(loadPolicy("P1"), { alpha: 0.3 }, { rng: createRng(1), timeoutMs: 500 });
 * const handles = ["wifi-1", "ble-1", "zig-1"].map(() => policy.join(0));
 * ```
 */
export {
  EPSILON_GREEDY_PARAMETERS,
  EpsilonGreedy,
  type EpsilonGreedyParameters,
} from "./epsilon-greedy";
export { PolicyFaultError, PolicyLoadError, PolicyNotFoundError, PolicyStateError } from "./errors";
export { Handles } from "./handles";
export { type DeviceIndex, IndexPolicy } from "./index-policy";
export {
  createPolicy,
  isOwnPolicy,
  listPolicies,
  loadPolicy,
  policyParameters,
} from "./load-policy";
export {
  type DeviceFacts,
  type Policy,
  type PolicyContext,
  type PolicyDefinition,
  type SelectionMeta,
  selectionMeta,
} from "./policy";
