import { type LinkUcbParameters, linkUcbParameters, linkUcbPolicy } from "../links/link-ucb";
import { LinkWatch, type WatchParameters } from "../links/link-watch";
import type { PolicyDefinition } from "../policy";

const share = { type: "number", minimum: 0, maximum: 1 } as const;
const threshold = { type: "number", exclusiveMinimum: 0 } as const;

export const policy: PolicyDefinition<LinkUcbParameters & WatchParameters> = {
  name: "P5",
  title: "Link-model UCB with change detection",
  description:
    "As P4 with longer memory: forgets a link that changed, and remembers one that is dead until it is back.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...linkUcbParameters({ decay: 0.995, width: 1 }),
      lossThreshold: {
        ...threshold,
        default: 10,
        description: "Evidence, in nats, that calls a delivery ratio changed.",
      },
      rttThreshold: {
        ...threshold,
        default: 12,
        description: "Evidence, in standard deviations, that calls a round-trip time changed.",
      },
      keepOwn: {
        ...share,
        default: 0.15,
        description: "What a device's alarm leaves of its evidence.",
      },
      keepGroup: {
        ...share,
        default: 0.6,
        description: "What it leaves of the evidence of others of its sensor network.",
      },
      outageEvidence: {
        type: ["number", "null"],
        exclusiveMinimum: 0,
        default: 11,
        description:
          "Evidence, in nats, that calls a run of losses an outage; null: an outage is a bad link.",
      },
      outageSlots: {
        type: "number",
        exclusiveMinimum: 0,
        default: 25,
        description: "Slots after which a device that just died is thought to be back.",
      },
    },
  },
  create: (parameters, context) =>
    linkUcbPolicy("P5", parameters, context, new LinkWatch(parameters)),
};
