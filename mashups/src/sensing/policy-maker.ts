import { createRng, type Rng } from "@fogwot/core/base";
import { createPolicy, type Policy, policyParameters } from "../policies";
import type { PolicyChoice } from "./slot";

export interface PolicyMakerOptions {
  readonly seed: number;
  /** How many policies the run had before. */
  readonly policiesBefore: number;
  /** Only in virtual time, for the oracle: writes what is true of the link of a handle. */
  readonly truth: ((slot: number, handle: number, out: Float64Array) => void) | undefined;
}

/** Makes the policies of a run. */
export class PolicyMaker {
  readonly #options: PolicyMakerOptions;
  #made: number;

  constructor(options: PolicyMakerOptions) {
    this.#options = options;
    this.#made = options.policiesBefore;
  }

  /** The next policy of the run. */
  next(choice: Required<PolicyChoice>, timeoutMs: number): Policy {
    // Every policy of a run draws from a stream of its own, the first one's as if it were alone.
    const stream = this.#made++ === 0 ? [] : [String(this.#made)];
    return this.#make(choice, timeoutMs, createRng(this.#options.seed, "policy", ...stream));
  }

  /** For a snapshot, which brings along what it draws from. */
  empty(choice: Required<PolicyChoice>, timeoutMs: number): Policy {
    return this.#make(choice, timeoutMs, createRng(this.#options.seed, "policy"));
  }

  #make({ definition, parameters }: Required<PolicyChoice>, timeoutMs: number, rng: Rng): Policy {
    const { truth } = this.#options;
    return createPolicy(definition, parameters, { rng, timeoutMs, ...(truth && { truth }) });
  }
}

/** With every parameter's value. @throws ConfigError when they do not fit the policy's schema */
export function completeChoice({
  definition,
  parameters = {},
}: PolicyChoice): Required<PolicyChoice> {
  return { definition, parameters: policyParameters(definition, parameters) };
}
