import { ProcessorError } from "../processor-error";

/**
 * - `trap`: the module's own mistake (unreachable, bounds, division, stack)
 * - `fuel`: it used more than one call may
 * - `deadline`: its batch held the thread longer than it may, host calls included
 * - `memory`: it grew, or moved its buffers
 * - `flood`: it emitted more than one call may
 * - `contract`: it answered what the ABI does not allow
 */
export const FAULT_KINDS = ["trap", "fuel", "deadline", "memory", "flood", "contract"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A call after which an instance is not used again. */
export class ProcessorFaultError extends ProcessorError {
  readonly code = "PROCESSOR_FAULT";
  readonly kind: FaultKind;
  readonly processor: string;
  constructor(processor: string, kind: FaultKind, what: string, options: ErrorOptions = {}) {
    super(`processor ${processor}: ${what}`, { ...options, details: { processor, kind } });
    this.kind = kind;
    this.processor = processor;
  }
}

/** It faulted too often, and nothing is left to take over. */
export class ProcessorStoppedError extends ProcessorError {
  readonly code = "PROCESSOR_STOPPED";
  constructor(processor: string, faults: number, options: ErrorOptions = {}) {
    super(`processor ${processor} is stopped after ${faults} faults`, {
      ...options,
      details: { processor, faults },
    });
  }
}

/** A version that has failed on this node already, or is there already. */
export class VersionRefusedError extends ProcessorError {
  readonly code = "PROCESSOR_REFUSED";
  constructor(processor: string, wasmSha256: string, reason: string) {
    super(`processor ${processor}: version ${wasmSha256.slice(0, 12)} ${reason}`, {
      details: { processor, wasmSha256, reason },
    });
  }
}

/** More bytes than the processor's in-buffer holds: whoever handed them over is to blame, not the module. */
export class FrameTooLargeError extends ProcessorError {
  readonly code = "PROCESSOR_FRAME_SIZE";
  constructor(processor: string, got: number, wanted: number) {
    super(`processor ${processor}: got a frame of ${got} bytes, wanted ${wanted} at most`, {
      details: { processor, got, wanted },
    });
  }
}

/** Nothing was ever deployed under the name. */
export class NotInstalledError extends ProcessorError {
  readonly code = "PROCESSOR_NOT_INSTALLED";
  constructor(processor: string) {
    super(`no processor ${processor} is installed`, { details: { processor } });
  }
}
