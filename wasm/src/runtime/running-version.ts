import type { ManifestBase } from "../manifest";
import type { StateImage } from "../state";

/** Bytes that a processor sent out of one of its ports. */
export interface Emission {
  /** Number of the out-port. */
  readonly port: number;
  readonly bytes: Uint8Array;
}

/** What one call did. */
export interface CallResult {
  /** In the order they were sent; those of a call that faulted are never seen. */
  readonly emissions: readonly Emission[];
  /** Below 0: the processor's error code; the frame was refused, the instance is sound. */
  readonly code: number;
  readonly fuelUsed: number;
}

/** State in the processor's own words, for another version of it. */
export interface SavedState {
  /** The manifest's `stateVersion`. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/**
 * An instance of one version of a processor, on whatever thread or engine. Calls never overlap, so
 * that between two of them its state is whole.
 */
export interface RunningVersion {
  readonly name: string;
  readonly version: string;
  readonly manifest: ManifestBase;
  readonly wasmSha256: string;
  readonly counter: number;
  /** Of the bytes that init was given: an image holds what init made of them. */
  readonly configSha256: string;
  /** State versions that it takes from others. */
  readonly acceptsState: readonly number[];
  /** @throws ProcessorFaultError: do not use it again */
  process(port: number, frame: Uint8Array): CallResult;
  /** Whether `tick` does anything. */
  readonly hasTick: boolean;
  /** Time-driven output. @throws ProcessorFaultError */
  tick(nowMs: number): CallResult;
  /** Copies everything, for the same module elsewhere. */
  image(): StateImage;
  /** @throws StateImageError when it is of another module */
  restore(image: StateImage): void;
  /** null: it has no state to hand over. @throws ProcessorFaultError */
  saveState(): SavedState | null;
  /** @returns whether it took the state; if not it is as after init. @throws ProcessorFaultError */
  loadState(state: SavedState): boolean;
  /** The same version anew, after init with the same configuration. */
  renew(): RunningVersion;
  readonly memoryPages: number;
}
