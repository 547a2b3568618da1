import { type LinkUcbParameters, linkUcbParameters, linkUcbPolicy } from "../links/link-ucb";
import type { PolicyDefinition } from "../policy";

export const policy: PolicyDefinition<LinkUcbParameters> = {
  name: "P4",
  title: "Link-model UCB",
  description:
    "Learns every link's delivery ratio and round-trip time and asks the devices that may be best; old evidence fades.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: linkUcbParameters({ decay: 0.99, width: 0.5 }),
  },
  create: (parameters, context) => linkUcbPolicy("P4", parameters, context),
};
