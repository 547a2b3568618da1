import { ConfigError } from "@fogwot/core/base";
import { type Carry, loadPolicy, type PolicyDefinition } from "@fogwot/mashups/base";
import type { RunLog } from "./run-log";
import { VirtualRun } from "./virtual-run";
import type { World } from "./world";

/** From a slot on another policy decides. */
export interface PolicySegment {
  /** 1-based. */
  readonly fromSlot: number;
  readonly policy: string | PolicyDefinition;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What it takes over from the policy before. @default "none", the paper's way */
  readonly carry?: Carry;
}

export interface VirtualRunOptions {
  readonly world: World;
  /** Of the first slot; a segment from slot 1 goes before it. */
  readonly policy: string | PolicyDefinition;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly m: number;
  readonly timeoutMs: number;
  /** @default 1000 ms */
  readonly intervalMs?: number;
  /** Of the policy's own draws. */
  readonly seed: number;
  /** Names the run in every row. */
  readonly run: string;
  /** @default the policy's name */
  readonly label?: string;
  readonly segments?: readonly PolicySegment[];
  /** @default all of the world's */
  readonly slots?: number;
  /** Folder that a policy given as a path is relative to. @default the working directory */
  readonly base?: string;
}

/**
 * Runs policies against a world in virtual time: the same slot loop and policies as a live site,
 * with a clock that stands still. A policy that fails ends the run; the slots before stay, and the
 * log's events say why.
 * @throws ConfigError when M, slots, segments or parameters do not fit; PolicyNotFoundError
 */
export function runVirtual(options: VirtualRunOptions): RunLog {
  const { world, m, slots = world.slots } = options;
  check(slots <= world.slots, "/slots", slots, `at most the world's ${world.slots}`);
  check(m >= 1 && Number.isInteger(m), "/m", m, "a whole number from 1");
  check(m <= world.devices.length, "/m", m, `at most the ${world.devices.length} devices`);
  const segments = segmentsOf(options).map((segment) => ({
    ...segment,
    definition:
      typeof segment.policy === "string"
        ? loadPolicy(segment.policy, options.base)
        : segment.policy,
  }));
  return new VirtualRun({ ...options, slots, segments }).play();
}

function segmentsOf({
  policy,
  parameters = {},
  segments = [],
}: VirtualRunOptions): PolicySegment[] {
  const first = { fromSlot: 1, policy, parameters };
  const all = segments[0]?.fromSlot === 1 ? [...segments] : [first, ...segments];
  for (const [index, { fromSlot }] of all.entries()) {
    const before = all[index - 1]?.fromSlot ?? 0;
    const path = `/segments/${index}/fromSlot`;
    check(fromSlot > before, path, fromSlot, `more than ${before}, in rising order`);
  }
  return all;
}

function check(isRight: boolean, path: string, got: unknown, wanted: string): void {
  if (!isRight) throw new ConfigError("run", [{ path, got, wanted }]);
}
