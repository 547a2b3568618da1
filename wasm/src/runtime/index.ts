/**
 * What holds a processor on a node: one version at work, the one before it kept warm, swaps between two
 * frames, and a way back when a version fails.
 */
export type { ProcessorFigures } from "./counters";
export {
  FAULT_KINDS,
  type FaultKind,
  FrameTooLargeError,
  ProcessorFaultError,
  ProcessorStoppedError,
  VersionRefusedError,
} from "./fault";
export { HostedProcessor, type HostedStatus } from "./hosted-processor";
export type { FaultLimit, HostedOptions, Probation, ProcessorEvent } from "./options";
export type { CallResult, Emission, RunningVersion, SavedState } from "./running-version";
export { handOverState, type StateHandOver } from "./swap";
