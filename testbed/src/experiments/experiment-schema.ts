import { CHANNEL_SCHEMA } from "./channel-schema";
import { SCENARIO_SCHEMA } from "./scenario";

const slots = { type: "integer", minimum: 1, maximum: 100_000_000 } as const;
const policy = {
  type: "string",
  minLength: 1,
  description: "Name, path of a module (relative to this file), or npm package.",
} as const;
const parameters = {
  type: "object",
  default: {},
  description: "As the policy's own schema says; what is left out has its default.",
} as const;

const segment = {
  type: "object",
  additionalProperties: false,
  required: ["fromSlot", "policy"],
  properties: {
    fromSlot: { ...slots, description: "1-based." },
    policy,
    parameters,
    carry: {
      enum: ["none", "model"],
      default: "none",
      description:
        "none: starts from nothing, the paper's way; model: from what was learnt of links.",
    },
  },
} as const;

const entry = {
  type: "object",
  additionalProperties: false,
  oneOf: [{ required: ["policy"] }, { required: ["segments", "label"] }],
  properties: {
    policy,
    parameters,
    label: {
      type: "string",
      minLength: 1,
      maxLength: 100,
      description: "Column `policy` of every row; without one the policy's name.",
    },
    slots: { ...slots, description: "Other than the experiment's." },
    segments: {
      type: "array",
      minItems: 1,
      items: segment,
      description: "Policies one after the other in one run; the first from slot 1.",
    },
  },
} as const;

const file = (what: string) => ({ type: "string", minLength: 1, description: what });

/** JSON Schema of an experiment file. */
export const EXPERIMENT_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot experiment",
  type: "object",
  additionalProperties: false,
  required: ["name", "policies"],
  properties: {
    name: {
      type: "string",
      pattern: "^[a-z0-9][a-z0-9-]{0,59}$",
      description: "Small letters, digits and hyphens.",
    },
    title: { type: "string", default: "" },
    description: { type: "string", default: "" },
    channel: {
      description:
        "Name of a shipped channel, path of a file relative to this one, or the profile.",
      anyOf: [file("Name or path."), withoutSchema(CHANNEL_SCHEMA)],
    },
    site: file("Instead of a channel: the emulated links of this site, as the boards have them."),
    scenario: {
      description: "A…G, path of a file relative to this one, or the scenario itself.",
      anyOf: [file("Name or path."), withoutSchema(SCENARIO_SCHEMA), { type: "null" }],
      default: null,
    },
    seeds: { type: "integer", minimum: 1, maximum: 1_000_000, default: 50 },
    firstSeed: { type: "integer", minimum: 0, maximum: 2_000_000_000, default: 1 },
    slots: { ...slots, default: 3_000 },
    m: { type: "integer", minimum: 1, default: 3, description: "Devices asked per slot." },
    timeoutMs: { type: "number", exclusiveMinimum: 0, default: 500, description: "t_timeout." },
    intervalMs: {
      type: "number",
      exclusiveMinimum: 0,
      default: 1_000,
      description: "t_interval, not below the time-out.",
    },
    policies: { type: "array", minItems: 1, items: { anyOf: [policy, entry] } },
    outputs: {
      type: "array",
      uniqueItems: true,
      default: ["csv", "parquet"],
      items: { enum: ["csv", "parquet"] },
      description: "outcomes.csv is always written; parquet: outcomes.parquet beside it.",
    },
  },
} as const;

function withoutSchema({ $schema: _, ...schema }: { readonly $schema: string }): object {
  return schema;
}
