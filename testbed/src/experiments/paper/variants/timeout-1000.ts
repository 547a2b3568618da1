import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 11,
  question: "t_timeout",
  choice: "T = 500 ms",
  alternative: "T = 1000 ms",
  run: () => ({ timeoutMs: 1000 }),
};
