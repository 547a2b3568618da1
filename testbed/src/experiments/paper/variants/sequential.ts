import { literalPolicy, pinnedReading } from "../literal-policy";
import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 5,
  question: "when Q is updated",
  choice: "after the slot, all at once",
  alternative: "after each reply, ranking anew",
  run: (policy) => ({
    // Only a policy that may look at the slot's outcome between two picks can learn between them.
    policy: (world) =>
      literalPolicy(policy, {
        ...pinnedReading(policy),
        outcome: (slot, device) => world.rttMs(slot, device),
      }),
  }),
};
