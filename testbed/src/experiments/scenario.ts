import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ConfigError, loadYaml, packageRoot, validateConfig } from "@fogwot/core/base";
import type { ChannelChange } from "./channel";
import { LINK_CHANGE_PROPERTIES } from "./channel-schema";

/** Bounds of a uniform draw. */
export type Range = readonly [minimum: number, maximum: number];

/** A change of every device of a sensor network, of one place in it, or of one device. */
export type ScenarioChange = Omit<ChannelChange, "id"> & {
  readonly id?: string;
  readonly wsn?: string;
  /** Place within the network, 1 is its first device. */
  readonly place?: number;
};

/** What happens to any channel: the scenarios A–G of the reference, or one's own file. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Bursts last so many times longer, at the same marginal loss. */
  readonly burstFactor: number;
  /** Sinusoids with a period and phase of their own for every device. */
  readonly drift: {
    /** Added to the filter, ±. */
    readonly filter: number;
    /** Share of the round trip, ±. */
    readonly rtt: number;
    readonly periodSlots: Range;
  } | null;
  /** Devices are dead for a while now and then: geometric times, stationary at the start. */
  readonly outages: { readonly upMeanSlots: number; readonly downMeanSlots: number } | null;
  /** Devices of its own, drawn for every seed, instead of the channel's. */
  readonly random: RandomDevices | null;
  readonly changes: readonly ScenarioChange[];
}

export interface RandomDevices {
  readonly devices: number;
  readonly networks: number;
  readonly baseMs: Range;
  readonly medianMs: Range;
  readonly sigma: Range;
  readonly filter: Range;
  readonly pGB: Range;
  readonly pBG: Range;
  readonly lossG: Range;
  readonly lossB: Range;
  /** A share of the devices gets new figures from time to time. */
  readonly redraw: { readonly share: number; readonly everySlots: number } | null;
}

const probability = { type: "number", minimum: 0, maximum: 1 } as const;
const range = (items: object) => ({ type: "array", items, minItems: 2, maxItems: 2 });
const durations = range({ type: "number", minimum: 0, maximum: 3_600_000 });
const probabilities = range(probability);
const object = (required: readonly string[], properties: object) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const orNull = (schema: object, description: string) => ({
  description,
  default: null,
  anyOf: [{ type: "null" }, schema],
});

const randomProperties = {
  devices: { type: "integer", minimum: 1, maximum: 100_000 },
  networks: { type: "integer", minimum: 1, default: 1 },
  baseMs: durations,
  medianMs: durations,
  sigma: range({ type: "number", minimum: 0, maximum: 3 }),
  filter: probabilities,
  pGB: probabilities,
  pBG: probabilities,
  lossG: probabilities,
  lossB: probabilities,
  redraw: orNull(
    object(["share", "everySlots"], {
      share: probability,
      everySlots: { type: "integer", minimum: 1 },
    }),
    "A share of the devices gets new figures from time to time.",
  ),
};
const drawn = Object.keys(randomProperties).filter((key) => key !== "networks" && key !== "redraw");

/** JSON Schema of a scenario file. */
export const SCENARIO_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot scenario: what happens to a channel",
  ...object(["name"], {
    name: { type: "string", minLength: 1 },
    title: { type: "string", default: "" },
    description: { type: "string", default: "" },
    burstFactor: {
      type: "number",
      exclusiveMinimum: 0,
      default: 1,
      description: "Bursts last so many times longer, at the same marginal loss.",
    },
    drift: orNull(
      object(["filter", "rtt", "periodSlots"], {
        filter: { ...probability, description: "Added to the filter, ±." },
        rtt: { ...probability, description: "Share of the round trip, ±." },
        periodSlots: range({ type: "number", exclusiveMinimum: 1 }),
      }),
      "Sinusoids, with a period and a phase of their own for every device and quantity.",
    ),
    outages: orNull(
      object(["upMeanSlots", "downMeanSlots"], {
        upMeanSlots: { type: "number", minimum: 1 },
        downMeanSlots: { type: "number", minimum: 1 },
      }),
      "Devices are dead now and then: geometric times, stationary at the start.",
    ),
    random: orNull(
      object(drawn, randomProperties),
      "Devices drawn for every seed, instead of the channel's.",
    ),
    changes: {
      type: "array",
      default: [],
      items: {
        type: "object",
        additionalProperties: false,
        required: ["slot"],
        oneOf: [{ required: ["id"] }, { required: ["wsn"] }],
        properties: {
          id: { type: "string" },
          wsn: { type: "string", description: "Every device of this network." },
          place: {
            type: "integer",
            minimum: 1,
            description: "Of them only the one at this place, 1 the first.",
          },
          ...LINK_CHANGE_PROPERTIES,
        },
      },
    },
  }),
} as const;

const FOLDER = path.join(packageRoot(__dirname), "experiments", "scenarios");

/** Names of the scenarios that come with fogwot: the files of `experiments/scenarios`. */
export function listScenarios(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length).toUpperCase())
    .sort();
}

/**
 * A scenario by name (`A`…`G`), from a file, or from a value.
 * @throws ConfigError
 */
export function loadScenario(from: string | Partial<Scenario>, base = process.cwd()): Scenario {
  if (typeof from !== "string") return validateConfig(from, SCENARIO_SCHEMA, "scenario");
  const isName = /^[a-z0-9-]+$/i.test(from);
  if (isName && !listScenarios().includes(from.toUpperCase())) {
    const wanted = `${listScenarios().join(", ")}, or the path of a file`;
    throw new ConfigError("scenario", [{ path: "/scenario", got: from, wanted }]);
  }
  const file = isName ? path.join(FOLDER, `${from.toLowerCase()}.yaml`) : path.resolve(base, from);
  return loadYaml<Scenario>(file, SCENARIO_SCHEMA);
}
