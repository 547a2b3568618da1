import type { Admitted } from "../admission";
import type { ManifestBase } from "../manifest";
import type { Artifact } from "../publish/artifact";
import type { SlotStore } from "../slots";
import type { FaultLimit, Probation, ProcessorEvent } from "./options";
import type { RunningVersion } from "./running-version";
import type { StateHandOver } from "./swap";

export interface InstallOptions {
  readonly name: string;
  readonly store: SlotStore;
  /** Monotonic. */
  readonly clock: { monotonicMs(): number };
  /** Looks an artifact over as this node does. @throws AdmissionError */
  readonly admit: (artifact: Artifact, known: Known) => Admitted;
  /** Makes an instance of it, off the path of the frames. @throws ProcessorFaultError */
  readonly start: (admitted: Admitted, config: Uint8Array) => Promise<RunningVersion>;
  readonly maxStatePages?: number;
  readonly probation?: Probation;
  readonly faultLimit?: FaultLimit;
  /** @see HostedOptions */
  readonly deadlineMs?: number;
  readonly onEvent?: (event: InstallEvent) => void;
}

/** What a node remembers of a processor's versions. */
export interface Known {
  /** Highest counter ever confirmed here. */
  readonly lastCounter: number | undefined;
  /** Its own last known good, which may be older. */
  readonly knownGood: string | undefined;
}

export type InstallEvent =
  | ProcessorEvent
  /** The disk did not take what was to be kept: a restart would go back further. */
  | { readonly kind: "not-kept"; readonly error: unknown }
  /** At start: what was on probation when the node went down is not started. */
  | { readonly kind: "probation-cut"; readonly wasmSha256: string; readonly to: string };

export interface Deployed {
  readonly wasmSha256: string;
  readonly version: string;
  readonly state: StateHandOver;
  readonly generation: number;
}

/** A processor as it leaves one tier for another: between two frames, everything it is. */
export interface Portable {
  readonly artifact: Artifact;
  /** What init was given. */
  readonly config: Uint8Array;
  /** @see encodeStateImage */
  readonly state: Uint8Array;
}

/** The configuration that a version is to start with, in its own layout. */
export type ConfigOf = (manifest: ManifestBase) => Uint8Array;
