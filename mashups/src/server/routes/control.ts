import { ConfigError } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import { listPolicies, loadPolicy } from "../../policies";
import { RequestRejectedError } from "../http/errors";
import { invoking, type Protect, reading, writing } from "../http/protection";
import type { SensingMashup } from "../sensing-mashup";
import {
  type ChangeLimits,
  POLICY_CHANGE_SCHEMA,
  POLICY_TUNING_SCHEMA,
  readChange,
} from "./policy-change";

export interface ControlRoutesOptions extends ChangeLimits {
  readonly protect: Protect;
}

/** What steers the mash-up: `/api/policies`, `/api/policy`, `/api/sensing/start` and `stop`. */
export function addControlRoutes(app: FastifyInstance, options: ControlRoutesOptions): void {
  const { mashup, protect } = options;

  app.get("/api/policies", { onRequest: protect(reading("policies")) }, async () =>
    listPolicies().map((name) => {
      const { title, description, parameters } = loadPolicy(name);
      return { name, title, description, parameters };
    }),
  );

  const policy = { onRequest: protect(reading("policy")) };
  app.get("/api/policy", policy, async () => policyOf(mashup));

  const change = { onRequest: protect(writing("policy")) };
  app.put("/api/policy", change, async ({ body }) => {
    const { name, from, ...settings } = readChange(body, POLICY_CHANGE_SCHEMA, options);
    const report = await rejecting(
      mashup.change({
        ...settings,
        ...(name === undefined ? {} : { policy: name }),
        ...(from === undefined ? {} : { policyBase: from }),
      }),
    );
    const { fromSlot = mashup.status().slot + 1, carried = false } = report ?? {};
    return { ...policyOf(mashup), fromSlot, carried };
  });

  app.patch("/api/policy", change, async ({ body }) => {
    const { parameters, ...settings } = readChange(body, POLICY_TUNING_SCHEMA, options);
    const report = parameters && (await rejecting(mashup.tune(parameters)));
    if (Object.keys(settings).length > 0) await rejecting(mashup.change(settings));
    const fromSlot = report?.fromSlot ?? mashup.status().slot + 1;
    return { ...policyOf(mashup), fromSlot };
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

/** What does not fit its schema is the request's fault. */
async function rejecting<T>(changing: Promise<T>): Promise<T> {
  try {
    return await changing;
  } catch (thrown) {
    throw thrown instanceof ConfigError ? RequestRejectedError.from(thrown) : thrown;
  }
}
