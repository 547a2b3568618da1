import { type ConfigError, FogwotError, type Mismatch } from "@fogwot/core";

/** The body or the query of a request does not fit; every offence is told. */
export class RequestRejectedError extends FogwotError {
  readonly code = "REQUEST_REJECTED";
  readonly title = "The request does not fit";
  readonly status = 400;
  readonly mismatches: readonly Mismatch[];
  constructor(mismatches: readonly Mismatch[], options: ErrorOptions = {}) {
    const lines = mismatches.map(
      (one) => `${one.path || "/"}: got ${JSON.stringify(one.got)}, wanted ${one.wanted}`,
    );
    super(lines.join("; "), { ...options, details: { mismatches } });
    this.mismatches = mismatches;
  }

  static from(error: ConfigError): RequestRejectedError {
    return new RequestRejectedError(error.mismatches, { cause: error });
  }
}

/** What the HTTP parser could not make sense of. */
export class MalformedRequestError extends FogwotError {
  readonly code = "MALFORMED_REQUEST";
  readonly title = "Not a well-formed request";
  readonly status = 400;
}
