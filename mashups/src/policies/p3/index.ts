import {
  EPSILON_GREEDY_PARAMETERS,
  EpsilonGreedy,
  type EpsilonGreedyParameters,
} from "../epsilon-greedy";
import type { PolicyDefinition } from "../policy";

export const policy: PolicyDefinition<EpsilonGreedyParameters> = {
  name: "P3",
  title: "Dynamic delay- and PDR-aware",
  description: "Learns the devices with the lowest round-trip time, a loss counting as t_timeout.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: EPSILON_GREEDY_PARAMETERS,
  },
  create: (parameters, context) =>
    new EpsilonGreedy({
      name: "P3",
      parameters,
      context,
      reward: (ok, rttMs) => (ok ? -rttMs : -context.timeoutMs),
      ofLink: (pdr, rttMs) => -(pdr * rttMs + (1 - pdr) * context.timeoutMs),
      worst: -context.timeoutMs,
    }),
};
