import { ProcessorError } from "../processor-error";

/** Bytes that are no state image, or one that does not fit where it was to go. */
export class StateImageError extends ProcessorError {
  readonly code = "PROCESSOR_STATE";
  /** Part of the image. */
  readonly path: string;
  constructor(path: string, got: string, wanted: string, options: ErrorOptions = {}) {
    super(`state image, ${path}: got ${got}, wanted ${wanted}`, {
      ...options,
      details: { path, got, wanted },
    });
    this.path = path;
  }
}
