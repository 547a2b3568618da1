import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 4,
  question: "k-th highest after a clash",
  choice: "literal rank k, next free below",
  alternative: "the best device not yet selected",
  run: () => ({ parameters: { fill: "best" } }),
};
