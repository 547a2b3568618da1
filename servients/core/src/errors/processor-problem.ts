import { FogwotError } from "./fogwot-error";

/** How the package of the processors, which imports nothing of ours, tells an error. */
interface ProcessorFault extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const STATUS: Readonly<Record<string, number>> = {
  PROCESSOR_UNKNOWN: 404,
  PROCESSOR_NOT_INSTALLED: 404,
  PROCESSOR_REFUSED: 409,
  PROCESSOR_STALE_COMMIT: 409,
  PROCESSOR_BUSY: 409,
  PROCESSOR_STOPPED: 503,
  PROCESSOR_TRUST: 500,
  PROCESSOR_BLOB_MISSING: 500,
  PROCESSOR_BLOB_DAMAGED: 500,
  PROCESSOR_SLOTS_LOST: 500,
};

/** What is wrong with a processor, as an error that the command line and the Web can tell. */
export class ProcessorProblemError extends FogwotError {
  readonly code: string;
  readonly title = "The processor is not in order";
  readonly status: number;
  constructor(cause: ProcessorFault) {
    super(cause.message, { cause, details: cause.details });
    this.code = cause.code;
    this.status = STATUS[cause.code] ?? 422;
  }
}
