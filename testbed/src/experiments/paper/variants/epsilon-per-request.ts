import { literalPolicy, pinnedReading } from "../literal-policy";
import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 6,
  question: "when ε is discounted",
  choice: "once a slot",
  alternative: "with every request",
  run: (policy) => ({
    policy: () => literalPolicy(policy, { ...pinnedReading(policy), epsilonPer: "request" }),
  }),
};
