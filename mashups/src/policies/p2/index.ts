import {
  EPSILON_GREEDY_PARAMETERS,
  EpsilonGreedy,
  type EpsilonGreedyParameters,
} from "../epsilon-greedy";
import type { PolicyDefinition } from "../policy";

export const policy: PolicyDefinition<EpsilonGreedyParameters> = {
  name: "P2",
  title: "Dynamic PDR-aware",
  description: "Learns the devices with the highest packet delivery ratio.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: EPSILON_GREEDY_PARAMETERS,
  },
  create: (parameters, context) =>
    new EpsilonGreedy({
      name: "P2",
      parameters,
      context,
      reward: (ok) => (ok ? 1 : 0),
      ofLink: (pdr) => pdr,
      worst: 0,
    }),
};
