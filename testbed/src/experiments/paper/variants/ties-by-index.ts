import { literalPolicy, pinnedReading } from "../literal-policy";
import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 8,
  question: "equal Q",
  choice: "random order",
  alternative: "order of registration",
  run: (policy) => ({
    policy: () => literalPolicy(policy, { ...pinnedReading(policy), ties: "index" }),
  }),
};
