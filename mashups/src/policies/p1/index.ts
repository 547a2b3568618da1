import {
  EPSILON_GREEDY_PARAMETERS,
  EpsilonGreedy,
  type EpsilonGreedyParameters,
} from "../epsilon-greedy";
import type { PolicyDefinition } from "../policy";

export const policy: PolicyDefinition<EpsilonGreedyParameters> = {
  name: "P1",
  title: "Dynamic delay-aware",
  description: "Learns the devices with the lowest round-trip time; a loss teaches nothing.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: EPSILON_GREEDY_PARAMETERS,
  },
  create: (parameters, context) =>
    new EpsilonGreedy({
      name: "P1",
      parameters,
      context,
      reward: (ok, rttMs) => (ok ? -rttMs : null),
      ofLink: (pdr, rttMs) => (pdr > 0 ? -rttMs : Number.NaN),
      worst: -context.timeoutMs,
    }),
};
