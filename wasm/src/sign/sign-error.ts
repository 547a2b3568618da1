import { ProcessorError } from "../processor-error";

/** A key, or a list of keys, that cannot be used. */
export class KeyError extends ProcessorError {
  readonly code = "PUBLISHER_KEY";
}

export type SignatureFault = "missing" | "malformed" | "partial" | "stranger" | "wrong";

/** The signature section of a module does not hold. */
export class SignatureError extends ProcessorError {
  readonly code = "MODULE_SIGNATURE";
  readonly fault: SignatureFault;
  constructor(fault: SignatureFault, message: string, options: ErrorOptions = {}) {
    super(message, { ...options, details: { fault } });
    this.fault = fault;
  }
}
