import { ConfigError, validateConfig } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import { listPolicies, loadPolicy } from "../../policies";
import type { SensingChanges } from "../../sensing";
import { RequestRejectedError } from "../http/errors";
import { invoking, type Protect, reading, writing } from "../http/protection";
import type { SensingMashup } from "../sensing-mashup";

export interface ControlRoutesOptions {
  readonly mashup: SensingMashup;
  readonly protect: Protect;
  /** Longest t_timeout that the WoT client waits for, ms. */
  readonly maxTimeoutMs: number;
}

/** Body of `PUT /api/policy`: what is not named stays. */
export const POLICY_CHANGE_SCHEMA = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    name: {
      description: "Name of a policy, path of a module, or npm package. It starts from nothing.",
      type: "string",
      minLength: 1,
      maxLength: 1024,
    },
    parameters: {
      description: "Of the policy; its schema is in GET /api/policies.",
      type: "object",
    },
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
  },
} as const;

interface PolicyChange extends Omit<SensingChanges, "policy"> {
  readonly name?: string;
}

/** What steers the mash-up: `/api/policies`, `/api/policy`, `/api/sensing/start` and `stop`. */
export function addControlRoutes(app: FastifyInstance, options: ControlRoutesOptions): void {
  const { mashup, protect, maxTimeoutMs } = options;

  app.get("/api/policies", { onRequest: protect(reading("policies")) }, async () =>
    listPolicies().map((name) => {
      const { title, description, parameters } = loadPolicy(name);
      return { name, title, description, parameters };
    }),
  );

  const policy = { onRequest: protect(reading("policy")) };
  app.get("/api/policy", policy, async () => policyOf(mashup));

  app.put("/api/policy", { onRequest: protect(writing("policy")) }, async ({ body }) => {
    const { name, ...settings } = readChange(body, mashup, maxTimeoutMs);
    try {
      const report = mashup.change({
        ...settings,
        ...(name === undefined ? {} : { policy: name }),
      });
      return { ...policyOf(mashup), fromSlot: report?.fromSlot ?? mashup.status().slot + 1 };
    } catch (thrown) {
      throw thrown instanceof ConfigError ? RequestRejectedError.from(thrown) : thrown;
    }
  });

  const sensing = { onRequest: protect(invoking("sensing")) };
  app.post("/api/sensing/start", sensing, async () => {
    mashup.resume();
    return { state: mashup.state };
  });

  app.post("/api/sensing/stop", sensing, async () => {
    await mashup.pause();
    return { state: mashup.state };
  });
}

function policyOf(mashup: SensingMashup) {
  const { policy, parameters, m, timeoutMs, intervalMs, binding } = mashup.status();
  return { name: policy, parameters, m, timeoutMs, intervalMs, binding };
}

function readChange(body: unknown, mashup: SensingMashup, maxTimeoutMs: number): PolicyChange {
  let change: PolicyChange;
  try {
    change = validateConfig<PolicyChange>(body ?? {}, POLICY_CHANGE_SCHEMA, "body");
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
