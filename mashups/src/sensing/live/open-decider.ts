import type { Logger } from "@fogwot/core/base";
import { isOwnPolicy, loadPolicy, type PolicyDefinition, policyParameters } from "../../policies";
import type { PolicyIsolation } from "../sensing-options";
import type { DeciderSource } from "./decider";
import type { OpenDecider } from "./policy-keeper";
import { ThreadDecider } from "./thread-decider";
import { WorkerDecider } from "./worker-decider";

export interface OpenDeciderOptions {
  readonly isolation: PolicyIsolation;
  readonly policyHooks: string | undefined;
  readonly policyHeapMb: number;
  readonly log: Logger;
}

/** How a policy is brought to run: a definition is code of this thread already. */
export function openDecider(
  source: DeciderSource,
  { isolation, policyHooks, policyHeapMb, log }: OpenDeciderOptions,
): OpenDecider {
  const { policy, base } = source;
  if (typeof policy !== "string" || isolation === "none") {
    return async (decided) => new ThreadDecider(source, decided);
  }
  const found = {
    wanted: policy,
    base,
    maxHeapMb: policyHeapMb,
    ...(policyHooks === undefined ? {} : { hooks: policyHooks }),
  };
  return (decided, signal) => WorkerDecider.open({ ...decided, ...found, log }, signal);
}

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Parameters with their defaults, where the schema is at hand without running anybody's code.
 * @throws ConfigError
 */
export function knownParameters(policy: string | PolicyDefinition, given: Parameters): Parameters {
  if (typeof policy !== "string") return policyParameters(policy, given);
  return isOwnPolicy(policy) ? policyParameters(loadPolicy(policy), given) : given;
}
