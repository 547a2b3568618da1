import { literalPolicy, pinnedReading } from "../literal-policy";
import type { Variant } from "../variant";

export const variant: Variant = {
  ambiguity: 1,
  question: "reward of a delay",
  choice: "−RTT",
  alternative: "+RTT, as the text says",
  run: (policy) =>
    policy === "P2"
      ? null
      : {
          policy: () => {
            const pinned = pinnedReading(policy);
            return literalPolicy(policy, {
              ...pinned,
              reward: (ok, rttMs, timeoutMs) => {
                const reward = pinned.reward(ok, rttMs, timeoutMs);
                return reward === null ? null : -reward;
              },
            });
          },
        },
};
