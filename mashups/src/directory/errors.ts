import { FogwotError, type ProblemDetails } from "@fogwot/core";

/** One thing wrong with a submitted Thing Description, as W3C's directory API words it. */
export interface ValidationError {
  /** JSON Pointer of the place; `(root)` is the whole document. */
  readonly field: string;
  readonly description: string;
}

/** The `field` of what is wrong with a document as a whole. */
export const ROOT_FIELD = "(root)";

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
    super(`${first?.field ?? ROOT_FIELD}: ${first?.description ?? "not valid"}${more}`, options);
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

/** The request named a state of the resource (If-Match, If-None-Match) that it is not in. */
export class PreconditionFailedError extends FogwotError {
  readonly code = "PRECONDITION_FAILED";
  readonly title = "Precondition failed";
  readonly status = 412;
}

/** The query is no JSONPath expression (RFC 9535). */
export class QuerySyntaxError extends FogwotError {
  readonly code = "QUERY_SYNTAX";
  readonly title = "Not a valid query";
  readonly status = 400;
}

/** The query was given up: it took too long, or selected too much. */
export class QueryTooCostlyError extends FogwotError {
  readonly code = "QUERY_TOO_COSTLY";
  readonly title = "The query asks for too much";
  readonly status = 400;
}
