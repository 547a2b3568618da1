import { literalPolicy, pinnedReading } from "../literal-policy";
import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 0,
  question: "none: the pinned reading, written a second time",
  choice: "the product's policies",
  alternative: "the table's own",
  run: (policy) => ({ policy: () => literalPolicy(policy, pinnedReading(policy)) }),
};
