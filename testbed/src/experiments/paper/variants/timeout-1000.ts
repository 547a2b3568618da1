import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 11,
  question: "t_timeout",
  choice: "500 ms",
  alternative: "1000 ms",
  run: () => ({ timeoutMs: 1000 }),
};
