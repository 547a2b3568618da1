import type { Rng } from "@fogwot/core";
import type { NetworkProfile } from "./profile";

/**
 * Packets after which a pattern begins anew. Long enough for bursts to mix, short enough for the
 * kernel to take in milliseconds.
 */
export const PATTERN_PACKETS = 16_384;

/**
 * Which packets of a stretch are lost, as their positions. The kernel's own random drop has neither
 * a seed nor bursts; counting packets and looking the count up in this list has both.
 *
 * Gilbert's two states where losses come in bursts of a mean length, else one draw per packet.
 */
export function lossPattern(
  { lossPercent, lossBurstPackets }: Pick<NetworkProfile, "lossPercent" | "lossBurstPackets">,
  rng: Rng,
): number[] {
  const loss = lossPercent / 100;
  if (loss === 0) return [];
  const lost: number[] = [];
  if (lossBurstPackets === undefined) {
    for (let at = 0; at < PATTERN_PACKETS; at++) if (rng.chance(loss)) lost.push(at);
    return lost;
  }
  // The share of time in the losing state is enter / (enter + leave), which has to be `loss`.
  const leave = 1 / lossBurstPackets;
  const enter = Math.min(1, (leave * loss) / (1 - loss));
  let isLosing = rng.chance(loss);
  for (let at = 0; at < PATTERN_PACKETS; at++) {
    if (isLosing) lost.push(at);
    isLosing = isLosing ? !rng.chance(leave) : rng.chance(enter);
  }
  return lost;
}
