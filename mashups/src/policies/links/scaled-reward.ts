import type { ObjectiveParameters } from "./objective";

/** Reward of one outcome as the literature has it, 0…1; NaN where the objective learns nothing. */
export function scaledReward(
  objective: ObjectiveParameters["objective"],
  timeoutMs: number,
  isOk: boolean,
  rttMs: number,
): number {
  if (objective === "pdr") return isOk ? 1 : 0;
  if (!isOk) return objective === "delay" ? Number.NaN : 0;
  return Math.max(0, 1 - rttMs / timeoutMs);
}

/**
 * Mean and confidence radius: mean + width · √(ln t / n); above every mean without a sample.
 * @param sum of rewards 0…1
 */
export function upperConfidence(sum: number, n: number, width: number, logT: number): number {
  return n > 0 ? sum / n + width * Math.sqrt(logT / n) : NEVER_ASKED;
}

const NEVER_ASKED = 1e6;
