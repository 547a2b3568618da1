import { completeState } from "../analysis/results";
import type { Experiment } from "../experiment";
import type { RunState } from "../run-folder";

/** The experiment of a results folder; policies given as paths are looked for beside it if moved. */
export function loadExperimentOf(folder: string): { experiment: Experiment; state: RunState } {
  const state = completeState(folder);
  return {
    state,
    experiment: { ...state.configuration, base: state.configuration.base ?? folder },
  };
}
