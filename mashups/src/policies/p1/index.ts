import {
  EPSILON_GREEDY_PARAMETERS,
  EpsilonGreedy,
  type EpsilonGreedyParameters,
} from "../epsilon-greedy";
import type { PolicyDefinition } from "../policy";

interface Parameters extends EpsilonGreedyParameters {
  readonly deadAfterLosses: number | null;
}

export const policy: PolicyDefinition<Parameters> = {
  name: "P1",
  title: "Dynamic delay-aware",
  description: "Learns the devices with the lowest round-trip time; a loss teaches nothing.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...EPSILON_GREEDY_PARAMETERS,
      deadAfterLosses: {
        type: ["integer", "null"],
        minimum: 1,
        default: null,
        description:
          "Guard that the paper lacks: after this many losses in a row Q = −t_timeout (40 leaves a healthy site as it is).",
      },
    },
  },
  create: (parameters, context) =>
    new EpsilonGreedy({
      name: "P1",
      parameters,
      context,
      reward: (ok, rttMs) => (ok ? -rttMs : null),
      deadAfterLosses: parameters.deadAfterLosses,
    }),
};
