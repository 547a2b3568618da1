import { ConfigError } from "@fogwot/core/base";
import type { Handles } from "../handles";
import { type DeviceIndex, IndexPolicy } from "../index-policy";
import { OBJECTIVE_PARAMETERS, type ObjectiveParameters, rewardOf } from "../links/objective";
import type { PolicyContext, PolicyDefinition } from "../policy";

type Parameters = Pick<ObjectiveParameters, "objective">;
type Truth = NonNullable<PolicyContext["truth"]>;

/** Knows every link as it is in this slot on average; not the outcome of a request. */
class Oracle implements DeviceIndex {
  readonly #parameters: ObjectiveParameters;
  readonly #timeoutMs: number;
  readonly #truth: Truth;
  readonly #link = new Float64Array(2);

  constructor({ objective }: Parameters, timeoutMs: number, truth: Truth) {
    this.#parameters = { objective, weights: null };
    this.#timeoutMs = timeoutMs;
    this.#truth = truth;
  }

  join(): void {
    // What there is to know is asked for in every slot.
  }

  write(slot: number, _m: number, handles: Handles, values: Float64Array): void {
    const order = handles.inOrder;
    for (let i = 0; i < order.length; i++) {
      const handle = order[i] as number;
      values[handle] = this.#utility(slot, handle);
    }
  }

  observe(): void {
    // It learns nothing: it knows.
  }

  reward(ok: boolean, rttMs: number): number | null {
    return rewardOf(this.#parameters, this.#timeoutMs, ok, rttMs);
  }

  snapshot(): null {
    return null;
  }

  restore(): void {
    // No state.
  }

  #utility(slot: number, handle: number): number {
    const [link, timeoutMs] = [this.#link, this.#timeoutMs];
    this.#truth(slot, handle, link);
    const p = link[0] as number;
    if (this.#parameters.objective === "pdr") return p;
    // A link that delivers nothing has no round-trip time; it is the last choice for delay.
    const rttMs = p > 0 ? (link[1] as number) : timeoutMs;
    return this.#parameters.objective === "delay" ? -rttMs : -(p * rttMs + (1 - p) * timeoutMs);
  }
}

export const policy: PolicyDefinition<Parameters> = {
  name: "ORACLE",
  title: "Dynamic oracle",
  description:
    "Asks the devices whose links are best on average in this very slot: what regret is measured against. Virtual time only.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: { objective: OBJECTIVE_PARAMETERS.objective },
  },
  create: (parameters, context) => {
    const { truth, timeoutMs } = context;
    if (!truth) {
      throw new ConfigError("policy ORACLE", [
        {
          path: "",
          got: "a live site",
          wanted: "an experiment in virtual time, where links are known",
        },
      ]);
    }
    return new IndexPolicy("ORACLE", new Oracle(parameters, timeoutMs, truth), context);
  },
};
