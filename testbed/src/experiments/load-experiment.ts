import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  ConfigError,
  FogwotError,
  loadYaml,
  type Mismatch,
  validateConfig,
} from "@fogwot/core/base";
import { loadPolicy, policyParameters } from "@fogwot/mashups/base";
import type { ChannelInput, ChannelProfile } from "./channel";
import type * as ChannelOfSite from "./channel-of-site";
import type { Experiment, ExperimentPolicy, ExperimentSegment } from "./experiment";
import { EXPERIMENT_SCHEMA } from "./experiment-schema";
import { loadChannel } from "./load-channel";
import { loadScenario, type Scenario } from "./scenario";
import { findShipped } from "./shipped";

type WrittenSegment = Pick<ExperimentSegment, "fromSlot" | "policy"> & Partial<ExperimentSegment>;

interface WrittenPolicy {
  readonly policy?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly label?: string;
  readonly slots?: number;
  readonly segments?: readonly WrittenSegment[];
}

type Written = Omit<Experiment, "channel" | "scenario" | "policies" | "base"> & {
  readonly channel?: string | ChannelInput;
  readonly site?: string;
  readonly scenario: string | Partial<Scenario> | null;
  readonly policies: readonly (string | WrittenPolicy)[];
};

/** What the command line puts in the place of what the file says. */
export interface ExperimentChanges {
  /** Path of a channel, relative to the working directory, or the name of a shipped one. */
  readonly channel?: string;
  readonly seeds?: number;
}

/**
 * Reads an experiment and everything it names.
 * @param from the path of a file, the name of a shipped experiment, or its value
 * @param base folder that paths of a value are relative to
 * @throws ConfigError with path, got and wanted of every offence
 */
export function loadExperiment(
  from: string | object,
  changes: ExperimentChanges = {},
  base = process.cwd(),
): Experiment {
  const file = typeof from === "string" ? findShipped(from, "", base) : "experiment";
  const written =
    typeof from === "string"
      ? loadYaml<Written>(file, EXPERIMENT_SCHEMA)
      : validateConfig<Written>(from, EXPERIMENT_SCHEMA, file);
  const folder = typeof from === "string" ? path.dirname(file) : base;
  const { site: _site, ...rest } = written;
  const faults: Mismatch[] = [];
  const experiment: Experiment = {
    ...rest,
    seeds: changes.seeds ?? written.seeds,
    channel: channelOf(written, changes, file, folder),
    scenario: written.scenario === null ? null : loadScenario(written.scenario, folder),
    policies: written.policies.map((policy, index) =>
      resolvePolicy(policy, `/policies/${index}`, written.slots, folder, faults),
    ),
    base: folder,
  };
  faults.push(...faultsOf(experiment));
  if (faults.length > 0) throw new ConfigError(file, faults);
  return experiment;
}

function channelOf(
  { channel, site }: Written,
  changes: ExperimentChanges,
  file: string,
  folder: string,
): ChannelProfile {
  if (changes.channel !== undefined) {
    return loadChannel(findShipped(changes.channel, "channels", process.cwd()));
  }
  if ((channel === undefined) === (site === undefined)) {
    const got = channel === undefined ? "neither" : "both";
    throw new ConfigError(file, [{ path: "/channel", got, wanted: "a channel or a site" }]);
  }
  if (typeof channel === "string") return loadChannel(findShipped(channel, "channels", folder));
  if (channel !== undefined) return loadChannel(channel, `${file}: /channel`);
  // What reads sites brings the Web of Things along, which most experiments can do without.
  const { channelOfSite } = require("./channel-of-site") as typeof ChannelOfSite;
  return channelOfSite(site as string, folder);
}

function resolvePolicy(
  written: string | WrittenPolicy,
  at: string,
  slots: number,
  base: string,
  faults: Mismatch[],
): ExperimentPolicy {
  const entry: WrittenPolicy = typeof written === "string" ? { policy: written } : written;
  const segments = entry.segments ?? [{ ...entry, fromSlot: 1, policy: entry.policy ?? "" }];
  const names: string[] = [];
  const resolved = segments.map((segment, index) => {
    const where = entry.segments ? `${at}/segments/${index}` : at;
    const whole = typeof written === "string" ? at : `${where}/policy`;
    const { name, ...rest } = resolveSegment(segment, where, whole, base, faults);
    names.push(name);
    return rest;
  });
  const own = { label: entry.label ?? names[0] ?? "", slots: entry.slots ?? slots };
  resolved.forEach(({ fromSlot }, index) => {
    const after = resolved[index - 1]?.fromSlot;
    const isRight = after === undefined ? fromSlot === 1 : fromSlot > after;
    if (isRight && fromSlot <= own.slots) return;
    const wanted = after === undefined ? "1" : `${after + 1}…${own.slots}`;
    faults.push({ path: `${at}/segments/${index}/fromSlot`, got: fromSlot, wanted });
  });
  return { ...own, segments: resolved };
}

function resolveSegment(
  { fromSlot, policy, parameters = {}, carry = "none" }: WrittenSegment,
  at: string,
  policyAt: string,
  base: string,
  faults: Mismatch[],
): ExperimentSegment & { readonly name: string } {
  const unresolved = { fromSlot, policy, parameters, carry, source: null, name: policy };
  try {
    const definition = loadPolicy(policy, base);
    return {
      ...unresolved,
      name: definition.name,
      parameters: policyParameters(definition, parameters),
      source: /^[./]/.test(policy) ? sha256Of(require.resolve(path.resolve(base, policy))) : null,
    };
  } catch (error) {
    if (error instanceof ConfigError) {
      const prefixed = error.mismatches.map((one) => ({
        ...one,
        path: `${at}/parameters${one.path}`,
      }));
      faults.push(...prefixed);
    } else if (error instanceof FogwotError) {
      const known = error.details.known as readonly string[] | undefined;
      const wanted = `${known?.join(", ") ?? "a known policy"}, or the path of a module`;
      faults.push({ path: policyAt, got: policy, wanted });
    } else throw error;
    return unresolved;
  }
}

/** What the schema cannot say. */
function faultsOf(experiment: Experiment): Mismatch[] {
  const { m, timeoutMs, intervalMs, policies, channel, scenario } = experiment;
  const faults: Mismatch[] = [];
  const devices = scenario?.random?.devices ?? channel.devices.length;
  if (m > devices) faults.push({ path: "/m", got: m, wanted: `at most the ${devices} devices` });
  if (timeoutMs > intervalMs) {
    const wanted = `at most intervalMs, ${intervalMs}`;
    faults.push({ path: "/timeoutMs", got: timeoutMs, wanted });
  }
  policies.forEach(({ label }, index) => {
    const isFirst = policies.findIndex((other) => other.label === label) === index;
    const wanted = "a label that no other policy has";
    if (!isFirst) faults.push({ path: `/policies/${index}/label`, got: label, wanted });
  });
  return faults;
}

function sha256Of(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
