import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 7,
  question: "learning rate α",
  choice: "0.7",
  alternative: "0.3",
  run: () => ({ parameters: { alpha: 0.3 } }),
};
