import { literalPolicy, pinnedReading } from "../literal-policy";
import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 0,
  question: "none: the pinned reading once more",
  choice: "the product's policies",
  alternative: "a second implementation, the table's own",
  run: (policy) => ({ policy: () => literalPolicy(policy, pinnedReading(policy)) }),
};
