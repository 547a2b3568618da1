import { InputError } from "@fogwot/core";
import { loadPolicy } from "@fogwot/mashups";
import { type Estimate, meanInterval } from "../analysis/statistics";
import type { RunLog } from "../run-log";
import { type OffPolicyEstimate, type OffPolicyValue, offPolicyValue } from "./off-policy";
import { fixedTarget, policyTarget, randomTarget, type Target } from "./targets";

export interface EvaluateOptions {
  readonly logs: readonly RunLog[];
  /** One of these three. */
  readonly policy?: string;
  readonly devices?: readonly string[];
  readonly random?: true;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * Off-policy value of a target over all logs: of one log with the interval of its blocks of slots,
 * of several with that of the runs.
 * @throws DeterministicLogError, InputError, PolicyNotFoundError, ConfigError
 */
export function evaluate(options: EvaluateOptions): OffPolicyValue {
  const { logs, policy, devices, random, parameters = {} } = options;
  const wanted = [policy, devices, random].filter((one) => one !== undefined).length;
  if (wanted !== 1) {
    throw new InputError({
      path: "target",
      got: wanted,
      wanted: "one of --policy, --devices and --random",
    });
  }
  const targetOf = (log: RunLog): Target => {
    if (policy !== undefined) return policyTarget(log, loadPolicy(policy), parameters, log.seed);
    return devices ? fixedTarget(log, devices) : randomTarget(log);
  };
  const values = logs.map((log) => offPolicyValue(log, targetOf(log)));
  const [first] = values;
  if (!first || values.length === 1) return first as OffPolicyValue;
  const pooled = (of: (value: OffPolicyValue) => OffPolicyEstimate): OffPolicyEstimate => {
    const mean = (one: (estimate: OffPolicyEstimate) => Estimate): Estimate =>
      meanInterval(values.map((value) => one(of(value)).value));
    return {
      ips: mean(({ ips }) => ips),
      snips: mean(({ snips }) => snips),
      dr: mean(({ dr }) => dr),
    };
  };
  return {
    target: first.target,
    slots: values.reduce((sum, { slots }) => sum + slots, 0),
    pdr: pooled(({ pdr }) => pdr),
    costMs: pooled(({ costMs }) => costMs),
    effectiveRequests: values.reduce((sum, value) => sum + value.effectiveRequests, 0),
  };
}
