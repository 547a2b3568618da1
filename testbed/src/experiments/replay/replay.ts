import { MERITS, type Merit } from "../analysis/comparison";
import { type RunTrack, trackOf, wholeRun } from "../analysis/run-track";
import { type Estimate, meanInterval } from "../analysis/statistics";
import type { RunLog } from "../run-log";
import { runVirtual } from "../virtual";
import type { World } from "../world";
import { traceWorld } from "./trace-world";

export interface ReplayOptions {
  readonly logs: readonly RunLog[];
  readonly policies: readonly {
    readonly policy: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  }[];
  /** Resamplings of every log. @default 10 */
  readonly seeds?: number;
  readonly nearest?: number;
  /** @default as recorded */
  readonly m?: number;
}

export interface ReplayRow {
  /** `recorded`, or the policy's name. */
  readonly policy: string;
  readonly merits: Readonly<Record<string, Estimate>>;
}

/** Without regret: the truth of a recorded world is itself an estimate from the log. */
export const REPLAY_MERITS: readonly Merit[] = MERITS.filter(
  ({ name }) => !name.startsWith("regret"),
);

/** What was recorded, and what other policies would have met in its place. */
export function replay({ logs, policies, seeds = 10, nearest, m }: ReplayOptions): ReplayRow[] {
  const recorded = logs.map(trackOf);
  const rows = policies.map(({ policy, parameters = {} }) => {
    const played = logs.flatMap((log) =>
      Array.from({ length: seeds }, (_, index): Played => {
        const seed = index + 1;
        const world = traceWorld({ log, seed, ...(nearest !== undefined && { nearest }) });
        const { timeoutMs, intervalMs } = log;
        const common = { world, policy, parameters, timeoutMs, intervalMs, seed };
        return { world, track: trackOf(runVirtual({ ...common, m: m ?? log.m, run: "replay" })) };
      }),
    );
    return { policy, merits: meritsOf(played) };
  });
  const before = recorded.map((track, index): Played => {
    return { track, world: traceWorld({ log: logs[index] as RunLog, seed: 1 }) };
  });
  return [{ policy: "recorded", merits: meritsOf(before) }, ...rows];
}

interface Played {
  readonly track: RunTrack;
  readonly world: World;
}

function meritsOf(played: readonly Played[]): Record<string, Estimate> {
  return Object.fromEntries(
    REPLAY_MERITS.flatMap((merit) => {
      const values = played
        .map(({ track, world }) => merit.of(track, wholeRun(track), () => world))
        .filter((value) => Number.isFinite(value) && (merit.name !== "energy" || value > 0));
      return values.length === 0 ? [] : [[merit.name, meanInterval(values)] as const];
    }),
  );
}
