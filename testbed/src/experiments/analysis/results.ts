import path from "node:path";
import { ConfigError } from "@fogwot/core";
import { createWorld } from "../draw-world";
import type { Experiment } from "../experiment";
import { readRunLogs } from "../read-run-logs";
import { type RunState, readState } from "../run-folder";
import type { RunLog } from "../run-log";
import type { World } from "../world";
import { type RunTrack, trackOf } from "./run-track";

/** The output folder of an experiment that is complete. */
export interface Results {
  readonly folder: string;
  readonly state: RunState;
  readonly experiment: Experiment;
  /** Runs by label, in the order of the seeds. */
  readonly runs: ReadonlyMap<string, readonly RunTrack[]>;
  /** The world that a seed's runs were on, drawn anew. */
  world(seed: number): World;
}

/** @throws ConfigError for a folder without a complete experiment */
export function completeState(folder: string): RunState {
  const state = readState(folder);
  const file = path.join(folder, "experiment.json");
  if (!state) {
    const wanted = "the output folder of: fogwot experiment run FILE --out DIR";
    throw new ConfigError(file, [{ path: "/", got: "no such file", wanted }]);
  }
  if (!state.isComplete) {
    const got = `${state.seedsDone.length} of ${state.configuration.seeds} seeds`;
    const wanted = "all seeds: run the same command again, it goes on where it ended";
    throw new ConfigError(file, [{ path: "/seedsDone", got, wanted }]);
  }
  return state;
}

/**
 * Reads the outcomes of a folder: what is analysed is what was written, not a run of one's own.
 * @param each sees every run whole before only its track is kept
 * @throws ConfigError, InputError
 */
export async function openResults(
  folder: string,
  each: (log: RunLog) => void = () => {},
): Promise<Results> {
  const state = completeState(folder);
  const experiment: Experiment = {
    ...state.configuration,
    base: state.configuration.base ?? folder,
  };
  const world = worldsOf(experiment);
  const runs = new Map<string, RunTrack[]>();
  const { devices } = world(experiment.firstSeed);
  for await (const log of readRunLogs(path.join(folder, "outcomes.csv"), { devices })) {
    each(log);
    const tracks = runs.get(log.policy) ?? [];
    tracks.push(trackOf(log));
    runs.set(log.policy, tracks);
  }
  return { folder, state, experiment, runs, world };
}

/** Worlds of an experiment's seeds; the last one asked for is kept. */
export function worldsOf(experiment: Experiment): (seed: number) => World {
  const { channel, scenario, policies } = experiment;
  const slots = Math.max(...policies.map((policy) => policy.slots));
  let last: World | undefined;
  return (seed) => {
    if (last?.seed === seed) return last;
    last = createWorld({ channel, seed, slots, ...(scenario && { scenario }) });
    return last;
  };
}
