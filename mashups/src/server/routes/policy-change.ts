import { ConfigError, validateConfig } from "@fogwot/core";
import type { SensingChanges } from "../../sensing";
import { RequestRejectedError } from "../http/errors";
import type { SensingMashup } from "../sensing-mashup";

const parameters = {
  description: "Of the policy; its schema is in GET /api/policies.",
  type: "object",
} as const;

const settings = {
  m: {
    description: "Devices asked per time-slot.",
    type: "integer",
    minimum: 1,
    maximum: 100000,
  },
  timeoutMs: { description: "t_timeout.", type: "number", minimum: 1, maximum: 60000 },
  intervalMs: {
    description: "t_interval, ≥ t_timeout.",
    type: "number",
    minimum: 1,
    maximum: 86400000,
  },
  binding: { type: "string", enum: ["http", "coap", "mqtt"] },
} as const;

const text = { type: "string", minLength: 1, maxLength: 1024 } as const;

/** Body of `PUT /api/policy`: what is not named stays. */
export const POLICY_CHANGE_SCHEMA = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    name: { description: "Name of a policy, path of a module, or npm package.", ...text },
    from: {
      description: "Folder that a relative path and a package's name start from.",
      ...text,
    },
    carry: {
      description: "What it starts from: nothing, or the link model of the policy before.",
      type: "string",
      enum: ["none", "model"],
    },
    parameters,
    ...settings,
  },
} as const;

/** Body of `PATCH /api/policy`: the policy in force goes on with what it has learnt. */
export const POLICY_TUNING_SCHEMA = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: { parameters, ...settings },
} as const;

export interface PolicyChange extends Omit<SensingChanges, "policy" | "policyBase"> {
  readonly name?: string;
  readonly from?: string;
}

export interface ChangeLimits {
  readonly mashup: SensingMashup;
  /** Longest t_timeout that the WoT client waits for, ms. */
  readonly maxTimeoutMs: number;
}

/** @throws RequestRejectedError */
export function readChange(
  body: unknown,
  schema: object,
  { mashup, maxTimeoutMs }: ChangeLimits,
): PolicyChange {
  let change: PolicyChange;
  try {
    change = validateConfig<PolicyChange>(body ?? {}, schema, "body");
  } catch (thrown) {
    throw thrown instanceof ConfigError ? RequestRejectedError.from(thrown) : thrown;
  }
  const { timeoutMs, intervalMs } = { ...mashup.status(), ...change };
  if (timeoutMs > maxTimeoutMs) {
    const wanted = `at most ${maxTimeoutMs} ms`;
    throw new RequestRejectedError([{ path: "/timeoutMs", got: timeoutMs, wanted }]);
  }
  if (intervalMs < timeoutMs) {
    const [path, got] =
      change.intervalMs === undefined ? ["/timeoutMs", timeoutMs] : ["/intervalMs", intervalMs];
    const wanted = `timeoutMs ≤ intervalMs (${timeoutMs} and ${intervalMs})`;
    throw new RequestRejectedError([{ path, got, wanted }]);
  }
  return change;
}
