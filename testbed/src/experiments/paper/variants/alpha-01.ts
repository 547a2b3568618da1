import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 7,
  question: "learning rate α",
  choice: "α = 0.7",
  alternative: "α = 0.1",
  run: () => ({ parameters: { alpha: 0.1 } }),
};
