import { ProcessorError } from "../processor-error";

/** A stored artifact or state is not on the disk. */
export class BlobMissingError extends ProcessorError {
  readonly code = "PROCESSOR_BLOB_MISSING";
  readonly sha256: string;
  constructor(sha256: string, options: ErrorOptions = {}) {
    super(`nothing is stored under ${sha256}`, { ...options, details: { sha256 } });
    this.sha256 = sha256;
  }
}

/** The disk gave back other bytes than it was given. */
export class BlobDamagedError extends ProcessorError {
  readonly code = "PROCESSOR_BLOB_DAMAGED";
  readonly sha256: string;
  constructor(sha256: string, got: string) {
    super(`what is stored under ${sha256} hashes to ${got}`, { details: { sha256, got } });
    this.sha256 = sha256;
  }
}

/** Somebody else committed since the state of the slots was read. */
export class StaleCommitmentError extends ProcessorError {
  readonly code = "PROCESSOR_STALE_COMMIT";
  constructor(got: number, wanted: number) {
    super(`generation ${got} was to be committed, wanted ${wanted}: another commit came first`, {
      details: { got, wanted },
    });
  }
}

/** Slots of which nothing can be started any more. */
export class SlotsLostError extends ProcessorError {
  readonly code = "PROCESSOR_SLOTS_LOST";
  constructor(folder: string, reasons: readonly string[]) {
    super(`no committed processor of ${folder} is whole: ${reasons.join("; ")}`, {
      details: { folder, reasons },
    });
  }
}
