/** Gilbert–Elliott burst loss: two states, each with its own loss. All values are probabilities. */
export interface GilbertElliott {
  readonly pGoodToBad: number;
  readonly pBadToGood: number;
  readonly lossGood: number;
  readonly lossBad: number;
}

/** How one message path behaves. Delays are unscaled milliseconds of a whole round trip. */
export interface LinkSettings {
  readonly baseMs: number;
  /** Log-normal part on top of `baseMs`. */
  readonly jitter: { readonly medianMs: number; readonly sigma: number } | null;
  readonly gilbertElliott: GilbertElliott | null;
  /** The paper's probabilistic packet filter, 0…1. */
  readonly filterLoss: number;
  /** Nothing passes at all. */
  readonly cut: boolean;
  /** Set by an operator on top of the profile. */
  readonly extraDelayMs: number;
  readonly extraLoss: number;
}

/** A link that delays and loses nothing. */
export const PERFECT_LINK: LinkSettings = {
  baseMs: 0,
  jitter: null,
  gilbertElliott: null,
  filterLoss: 0,
  cut: false,
  extraDelayMs: 0,
  extraLoss: 0,
};

const probability = { type: "number", minimum: 0, maximum: 1 } as const;
const durationMs = { type: "number", minimum: 0, maximum: 60_000 } as const;

/** JSON Schema of LinkSettings; every member optional, defaults those of PERFECT_LINK. */
export const LINK_SETTINGS_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    baseMs: { ...durationMs, default: 0, description: "Constant part of the round trip, ms." },
    jitter: {
      description: "Log-normal part of the round trip: median in ms, sigma of the logarithm.",
      default: null,
      anyOf: [
        { type: "null" },
        {
          type: "object",
          additionalProperties: false,
          required: ["medianMs", "sigma"],
          properties: { medianMs: durationMs, sigma: { type: "number", minimum: 0, maximum: 3 } },
        },
      ],
    },
    gilbertElliott: {
      description: "Burst loss, advanced once per interval of the link's clock.",
      default: null,
      anyOf: [
        { type: "null" },
        {
          type: "object",
          additionalProperties: false,
          required: ["pGoodToBad", "pBadToGood", "lossGood", "lossBad"],
          properties: {
            pGoodToBad: probability,
            pBadToGood: probability,
            lossGood: probability,
            lossBad: probability,
          },
        },
      ],
    },
    filterLoss: { ...probability, default: 0, description: "Probabilistic packet filter." },
    cut: { type: "boolean", default: false, description: "Nothing passes." },
    extraDelayMs: { ...durationMs, default: 0, description: "Operator's addition, ms." },
    extraLoss: { ...probability, default: 0, description: "Operator's addition." },
  },
} as const;
