/** What a link is worth to the mash-up. */
export interface Weights {
  readonly delay: number;
  readonly pdr: number;
  readonly energy: number;
  readonly age: number;
}

export interface ObjectiveParameters {
  readonly objective: "delay" | "pdr" | "delay+pdr";
  readonly weights: Weights | null;
}

const weight = (description: string) =>
  ({ type: "number", minimum: 0, default: 0, description }) as const;

/** Age of information that counts as 1 in a weighted objective. */
export const AGE_SCALE_SLOTS = 100;

/** Members of a parameter schema, for every policy that ranks by a link model. */
export const OBJECTIVE_PARAMETERS = {
  objective: {
    enum: ["delay", "pdr", "delay+pdr"],
    default: "delay+pdr",
    description:
      "What to optimise: mean round-trip time (as P1), delivery ratio (as P2), or expected cost with a loss counting as t_timeout (as P3).",
  },
  weights: {
    type: ["object", "null"],
    additionalProperties: false,
    default: null,
    description: "A weighted sum in place of the objective.",
    properties: {
      delay: weight("Weight of mean round-trip time ÷ t_timeout."),
      pdr: weight("Weight of the delivery ratio."),
      energy: weight("Weight of energy per request ÷ that of the most expensive device."),
      age: weight(`Weight of the slots since the last reading ÷ ${AGE_SCALE_SLOTS}, at most 1.`),
    },
  },
} as const;

/**
 * The reward of one outcome, in the objective's own unit: −ms, 1 or 0, or a weighted sum without
 * energy and age, which are the device's and not the outcome's.
 */
export function rewardOf(
  { objective, weights }: ObjectiveParameters,
  timeoutMs: number,
  ok: boolean,
  rttMs: number,
): number | null {
  if (weights) return ok ? weights.pdr - (weights.delay * rttMs) / timeoutMs : -weights.delay;
  if (objective === "pdr") return ok ? 1 : 0;
  if (ok) return -rttMs;
  return objective === "delay" ? null : -timeoutMs;
}
