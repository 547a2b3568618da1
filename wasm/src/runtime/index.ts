/**
 * What holds a processor on a node: one version at work, the one before it kept warm, swaps between two
 * frames, a way back when a version fails, and all of it kept over restarts.
 *
 * ```ts
 * const processor = new InstalledProcessor({ name: "collision", store: new SlotStore(folder), clock, admit, start });
 * await processor.open();
 * await processor.deploy(artifact);
 * const { emissions } = processor.process(0, frame);
 * ```
 */
export type { ProcessorFigures } from "./counters";
export {
  FAULT_KINDS,
  type FaultKind,
  FrameTooLargeError,
  NotInstalledError,
  ProcessorFaultError,
  ProcessorStoppedError,
  VersionRefusedError,
} from "./fault";
export { HostedProcessor, type HostedStatus } from "./hosted-processor";
export type {
  ConfigOf,
  Deployed,
  InstallEvent,
  InstallOptions,
  Known,
  Portable,
} from "./install-options";
export { InstalledProcessor } from "./installed-processor";
export type { FaultLimit, HostedOptions, Probation, ProcessorEvent } from "./options";
export type { CallResult, Emission, RunningVersion, SavedState } from "./running-version";
export { handOverState, type StateHandOver } from "./swap";
