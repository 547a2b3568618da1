import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, loadYaml, packageRoot } from "@fogwot/core";

/** How the leg between fog node and server behaves, each way. Shape: NETWORK_SCHEMA. */
export interface NetworkProfile {
  readonly name: string;
  readonly description: string;
  /** Share of packets dropped, in percent. */
  readonly lossPercent: number;
  /** Mean number of packets lost in a row; absent: each is lost on its own account. */
  readonly lossBurstPackets?: number;
  /** Kilobits per second; absent: no limit. */
  readonly rateKbps?: number;
  /** What may leave at once before the rate holds. */
  readonly rateBurstBytes: number;
  /** A packet that would wait longer for the rate is dropped. */
  readonly queueMs: number;
}

/** JSON Schema of a network profile (`testbed/networks/<name>.yaml`). */
export const NETWORK_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot network profile",
  type: "object",
  additionalProperties: false,
  required: ["description"],
  properties: {
    description: { type: "string", minLength: 1, description: "One line, for people." },
    lossPercent: {
      type: "number",
      minimum: 0,
      maximum: 90,
      default: 0,
      description: "Share of packets dropped, each way.",
    },
    lossBurstPackets: {
      type: "number",
      minimum: 1,
      maximum: 1_000,
      description: "Mean number of packets lost in a row (Gilbert's model); absent: independent.",
    },
    rateKbps: { type: "number", minimum: 8, maximum: 10_000_000, description: "Each way." },
    rateBurstBytes: {
      type: "integer",
      minimum: 1_600,
      maximum: 10_000_000,
      default: 16_000,
      description: "Leave at once before the rate holds; at least one packet.",
    },
    queueMs: {
      type: "integer",
      minimum: 1,
      maximum: 60_000,
      default: 400,
      description: "Longest wait for the rate; what would wait longer is dropped.",
    },
  },
} as const;

const FOLDER = path.join(packageRoot(__dirname), "networks");

/** Names of the profiles there are: adding `networks/<name>.yaml` is adding one. */
export function networkNames(folder = FOLDER): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** @throws ConfigError for a name that is none, or a file that does not fit */
export function loadNetwork(name: string, folder = FOLDER): NetworkProfile {
  const names = networkNames(folder);
  if (!names.includes(name)) {
    throw new ConfigError("--network", [
      { path: "", got: name, wanted: `one of ${names.join(", ")} (files in ${folder})` },
    ]);
  }
  const file = path.join(folder, `${name}.yaml`);
  return { ...loadYaml<Omit<NetworkProfile, "name">>(file, NETWORK_SCHEMA), name };
}

/** "10 % lost, 64 kbit/s" */
export function profileText({ lossPercent, lossBurstPackets, rateKbps }: NetworkProfile): string {
  const burst = lossBurstPackets === undefined ? "" : ` in bursts of ${lossBurstPackets}`;
  const loss = lossPercent === 0 ? "nothing lost" : `${lossPercent} % lost each way${burst}`;
  return rateKbps === undefined ? loss : `${loss}, ${rateKbps} kbit/s`;
}
