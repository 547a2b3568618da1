import { FogwotError, type ProblemDetails } from "@fogwot/core";

/** One thing wrong with a submitted Thing Description, as W3C's directory API words it. */
export interface ValidationError {
  /** JSON Pointer of the place; "" is the whole document. */
  readonly field: string;
  readonly description: string;
}

/**
 * The body is no valid Thing Description.
 *
 * @see W3C WoT Discovery, directory API, "Error Responses": `validationErrors`
 */
export class ThingDescriptionRejectedError extends FogwotError {
  readonly code = "THING_DESCRIPTION_REJECTED";
  readonly title = "Not a valid Thing Description";
  readonly status = 400;
  readonly validationErrors: readonly ValidationError[];
  constructor(validationErrors: readonly ValidationError[], options: ErrorOptions = {}) {
    const [first] = validationErrors;
    const more = validationErrors.length > 1 ? ` (and ${validationErrors.length - 1} more)` : "";
    super(`${first?.field || "/"}: ${first?.description ?? "not valid"}${more}`, options);
    this.validationErrors = validationErrors;
  }

  override toProblem(): ProblemDetails & { readonly validationErrors: readonly ValidationError[] } {
    return { ...super.toProblem(), validationErrors: this.validationErrors };
  }
}

/** The directory's file cannot be written. The Things are known until the process ends. */
export class DirectoryFileError extends FogwotError {
  readonly code = "DIRECTORY_FILE";
  readonly title = "The directory could not be saved";
  readonly status = 500;
  constructor(file: string, reason: string, options: ErrorOptions = {}) {
    super(`${file}: ${reason}`, { ...options, details: { file, reason } });
  }
}
