import { ProcessorError } from "../processor-error";

/** A module that cannot be made into a processor: what is in the way, and where. */
export class PublishError extends ProcessorError {
  readonly code = "PUBLISH";
}

/** A module that says it is metered, and is not as this publish pass would meter it. */
export class FuelMismatchError extends ProcessorError {
  readonly code = "FUEL_MISMATCH";
  readonly path: string;
  constructor(path: string, why: string) {
    super(`${path}: ${why}`, { details: { path, why } });
    this.path = path;
  }
}
