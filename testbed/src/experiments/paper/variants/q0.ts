import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 2,
  question: "Q of a device never asked",
  choice: "Q0 = 0",
  alternative: "the other end: −T for P1 and P3, 1 for P2",
  run: (policy) => ({ parameters: { q0: policy === "P2" ? 1 : -500 } }),
};
