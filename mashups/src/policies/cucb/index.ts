import { IndexPolicy } from "../index-policy";
import { Cucb, type CucbParameters, cucbParameters } from "../links/cucb";
import type { PolicyDefinition } from "../policy";

export const policy: PolicyDefinition<CucbParameters> = {
  name: "CUCB",
  title: "Combinatorial UCB",
  description: "Baseline for links that never change: mean reward and a confidence radius.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: cucbParameters(0.1),
  },
  create: (parameters, context) =>
    new IndexPolicy("CUCB", new Cucb(parameters, context.timeoutMs), context),
};
