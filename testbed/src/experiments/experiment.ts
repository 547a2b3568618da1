import { createHash } from "node:crypto";
import type { Carry } from "@fogwot/mashups/base";
import type { ChannelProfile } from "./channel";
import type { Scenario } from "./scenario";

export interface ExperimentSegment {
  readonly fromSlot: number;
  /** As written. */
  readonly policy: string;
  /** With every default. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly carry: Carry;
  /** SHA-256 of the module's file, for a policy given as a path; null for one of fogwot's. */
  readonly source: string | null;
}

export interface ExperimentPolicy {
  readonly label: string;
  readonly slots: number;
  /** At least one; the first from slot 1. */
  readonly segments: readonly ExperimentSegment[];
}

/** An experiment file with everything that it names read, checked and filled in. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly channel: ChannelProfile;
  readonly scenario: Scenario | null;
  readonly seeds: number;
  readonly firstSeed: number;
  readonly slots: number;
  readonly m: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly policies: readonly ExperimentPolicy[];
  readonly outputs: readonly ("csv" | "parquet")[];
  /** Folder that policies given as paths are relative to. */
  readonly base: string;
}

/** SHA-256 of all that decides the outcomes: no titles, no folder, no outputs. Hexadecimal. */
export function hashOf(experiment: Experiment): string {
  const { title, description, base, outputs, channel, scenario, ...rest } = experiment;
  const { title: _t, description: _d, name: _n, ...links } = channel;
  const weather = scenario && { ...scenario, title: "", description: "", name: "" };
  const text = canonicalJson({ format: 1, ...rest, channel: links, scenario: weather });
  return createHash("sha256").update(text).digest("hex");
}

/** Names an experiment with this very configuration: the column `run`. */
export function runNameOf(experiment: Experiment): string {
  return `${experiment.name}-${hashOf(experiment).slice(0, 8)}`;
}

/** JSON with the members of every object in order of their names. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === "object" && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
