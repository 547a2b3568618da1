/**
 * Experiments: sensing policies against modelled channels, in virtual time.
 *
 * ```ts
 * const channel = loadChannel("testbed/experiments/channels/paper.yaml");
 * const world = createWorld({ channel, seed: 1, slots: 3000 });
 * const log = runVirtual({ world, policy: "P1", m: 3, timeoutMs: 500, seed: 1, run: "mine" });
 * ```
 *
 * @packageDocumentation
 */
export type {
  BurstLoss,
  ChannelChange,
  ChannelDevice,
  ChannelInput,
  ChannelProfile,
  LinkFigures,
  Outliers,
} from "./channel";
export { channelOfSite } from "./channel-of-site";
export { CHANNEL_SCHEMA } from "./channel-schema";
export { createWorld, type WorldOptions } from "./draw-world";
export { ExperimentFileError } from "./errors";
export {
  type Experiment,
  type ExperimentPolicy,
  type ExperimentSegment,
  hashOf,
  runNameOf,
} from "./experiment";
export { EXPERIMENT_SCHEMA } from "./experiment-schema";
export { loadChannel } from "./load-channel";
export { type ExperimentChanges, loadExperiment } from "./load-experiment";
export { playSeed } from "./play-seed";
export { type ReadRunLogsOptions, readRunLogs } from "./read-run-logs";
export { type ExperimentResult, type RunExperimentOptions, runExperiment } from "./run-experiment";
export { type RunState, type RunSummary, readState } from "./run-folder";
export type { RunEvent, RunEventKind, RunLog } from "./run-log";
export { listScenarios, loadScenario, SCENARIO_SCHEMA, type Scenario } from "./scenario";
export { findShipped, listShipped, type Shipped } from "./shipped";
export { type PolicySegment, runVirtual, type VirtualRunOptions } from "./virtual";
export type { MembershipChange, World, WorldDevice } from "./world";
