import { ProcessorError } from "../processor-error";

/** Processors that cannot stand in a chain like this. */
export class ChainError extends ProcessorError {
  readonly code = "PROCESSOR_CHAIN";
  readonly processor: string;
  constructor(processor: string, what: string) {
    super(`processor ${processor} ${what}`, { details: { processor } });
    this.processor = processor;
  }
}

/** A name that no processor of the tier has. */
export class UnknownProcessorError extends ProcessorError {
  readonly code = "PROCESSOR_UNKNOWN";
  constructor(processor: string, known: readonly string[]) {
    super(
      `got processor ${processor}, wanted one of ${known.join(", ") || "none, there are none"}`,
      {
        details: { processor, known },
      },
    );
  }
}

/** It is on its way to another tier. */
export class ProcessorBusyError extends ProcessorError {
  readonly code = "PROCESSOR_BUSY";
  constructor(processor: string) {
    super(`processor ${processor} is being moved`, { details: { processor } });
  }
}
