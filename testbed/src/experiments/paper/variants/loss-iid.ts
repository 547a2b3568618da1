import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 20,
  question: "model of losses",
  choice: "bursts (Gilbert–Elliott)",
  alternative: "independent, same marginal rate",
  run: () => ({ loss: "iid" }),
};
