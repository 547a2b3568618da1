const probability = { type: "number", minimum: 0, maximum: 1 } as const;
const durationMs = { type: "number", minimum: 0, maximum: 3_600_000 } as const;
const slot = { type: "integer", minimum: 1, description: "1-based: holds from this slot on." };
const name = { type: "string", minLength: 1, maxLength: 100, pattern: "^[^\\u0000-\\u001f]+$" };

const geMembers = {
  pGB: { ...probability, description: "Good to bad, per slot." },
  pBG: { ...probability, description: "Bad to good, per slot." },
  lossG: { ...probability, description: "Loss in the good state." },
  lossB: { ...probability, description: "Loss in the bad state." },
} as const;

const baseMs = { ...durationMs, description: "Constant part of the round trip, ms." };
const medianMs = { ...durationMs, description: "Median of the log-normal part, ms." };
const sigma = { type: "number", minimum: 0, maximum: 3, description: "Sigma of its logarithm." };
const filter = { ...probability, description: "Probability that a packet filter drops it." };
const rttScale = {
  type: "number",
  minimum: 0,
  maximum: 1000,
  description: "Factor of the whole round trip.",
};
const orNull = (schema: object, description: string) => ({
  description,
  anyOf: [{ type: "null" }, schema],
});

const ge = {
  type: "object",
  additionalProperties: false,
  required: ["pGB", "pBG", "lossG", "lossB"],
  properties: geMembers,
} as const;

/** What of a link may change: shared by changes of a channel and of a scenario. */
export const LINK_CHANGE_PROPERTIES = {
  slot,
  baseMs,
  medianMs,
  sigma,
  ge: orNull(
    { type: "object", additionalProperties: false, minProperties: 1, properties: geMembers },
    "Members of the burst loss that change; null: no burst loss.",
  ),
  filter,
  rttScale,
  dead: { type: "boolean", description: "Every request is lost, and nobody is told." },
  restore: { const: true, description: "Back to the profile's figures." },
  leave: { const: true, description: "It leaves the run; policies are told." },
  join: { const: true, description: "It joins the run." },
} as const;

const deviceSchema = {
  type: "object",
  additionalProperties: false,
  required: ["id", "wsn"],
  properties: {
    id: { ...name, description: "Name in every log." },
    wsn: { ...name, description: "Sensor network: logged; policies see an opaque group." },
    baseMs: { ...baseMs, default: 0 },
    medianMs: { ...medianMs, default: 0 },
    sigma: { ...sigma, default: 0 },
    ge: { ...orNull(ge, "Gilbert–Elliott burst loss; null: none."), default: null },
    filter: { ...filter, default: 0 },
    rttScale: { ...rttScale, default: 1 },
    energyMj: {
      description: "Energy of one getData, mJ; null: unknown.",
      type: ["number", "null"],
      minimum: 0,
      default: null,
    },
    batteryMj: {
      description: "Energy at the start, mJ; null: mains.",
      type: ["number", "null"],
      minimum: 0,
      default: null,
    },
    position: orNull(
      {
        type: "object",
        additionalProperties: false,
        required: ["x", "y"],
        properties: { x: probability, y: probability },
      },
      "Place in the unit square.",
    ),
    outliers: orNull(
      {
        type: "object",
        additionalProperties: false,
        required: ["p", "minMs", "maxMs"],
        properties: { p: probability, minMs: durationMs, maxMs: durationMs },
      },
      "With probability p the round trip is uniform in minMs…maxMs instead.",
    ),
    samplesMs: orNull(
      { type: "array", minItems: 1, maxItems: 1_000_000, items: durationMs },
      "Measured round trips, ms, to draw from: rtt empirical.",
    ),
    traceMs: orNull(
      {
        type: "array",
        minItems: 1,
        maxItems: 10_000_000,
        items: { type: ["number", "null"], minimum: 0, maximum: 3_600_000 },
      },
      "Outcome slot by slot, ms, null a loss; begun anew at its end: loss and rtt trace.",
    ),
  },
} as const;

/** JSON Schema of a channel profile. */
export const CHANNEL_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot channel profile",
  type: "object",
  additionalProperties: false,
  required: ["devices"],
  properties: {
    name: { ...name, default: "channel" },
    title: { type: "string", default: "" },
    description: { type: "string", default: "" },
    loss: {
      enum: ["ge", "iid", "trace"],
      default: "ge",
      description: "ge: bursts; iid: the same marginal loss without bursts; trace: traceMs.",
    },
    rtt: {
      enum: ["lognormal", "empirical", "trace"],
      default: "lognormal",
      description: "lognormal: baseMs + log-normal; empirical: samplesMs; trace: traceMs.",
    },
    devices: {
      type: "array",
      minItems: 1,
      maxItems: 1_000_000,
      items: deviceSchema,
      description: "In order of registration, which round robin follows.",
    },
    changes: {
      type: "array",
      default: [],
      description: "What happens in the course of a run.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["slot", "id"],
        minProperties: 3,
        properties: { id: name, ...LINK_CHANGE_PROPERTIES },
      },
    },
  },
} as const;
