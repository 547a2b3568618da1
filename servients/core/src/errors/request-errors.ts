import { FogwotError, type FogwotErrorOptions } from "./fogwot-error";

/** What a value was, what it should have been, and where (JSON Pointer; "" is the whole value). */
export interface Mismatch {
  readonly path: string;
  readonly got: unknown;
  readonly wanted: string;
}

/** The sender's payload does not fit the DataSchema or the wire format. */
export class InputError extends FogwotError {
  readonly code = "INPUT";
  readonly title = "The payload is not acceptable";
  readonly status = 400;
  constructor(mismatch: Mismatch, options: ErrorOptions = {}) {
    super(`${mismatch.path || "/"}: got ${preview(mismatch.got)}, wanted ${mismatch.wanted}`, {
      ...options,
      details: { ...mismatch },
    });
  }
}

/** No such Thing, affordance or resource. */
export class NotFoundError extends FogwotError {
  readonly code = "NOT_FOUND";
  readonly title = "Not found";
  readonly status = 404;
  constructor(what: string, options: ErrorOptions = {}) {
    super(`${what} does not exist`, { ...options, details: { what } });
  }
}

/** The affordance exists but not for this operation (writing a read-only property). */
export class OperationNotAllowedError extends FogwotError {
  readonly code = "OPERATION_NOT_ALLOWED";
  readonly title = "Operation not allowed";
  readonly status = 405;
  constructor(operation: string, what: string, options: ErrorOptions = {}) {
    super(`${what} does not allow ${operation}`, { ...options, details: { operation, what } });
  }
}

/** None of the media types the client accepts can be produced. */
export class NotAcceptableError extends FogwotError {
  readonly code = "NOT_ACCEPTABLE";
  readonly title = "No acceptable representation";
  readonly status = 406;
  constructor(accepted: string, offered: readonly string[], options: ErrorOptions = {}) {
    super(`accepts ${accepted}, offered ${offered.join(", ")}`, {
      ...options,
      details: { accepted, offered },
    });
  }
}

/** A buffer limit was reached. */
export class PayloadTooLargeError extends FogwotError {
  readonly code = "PAYLOAD_TOO_LARGE";
  readonly title = "Payload too large";
  readonly status = 413;
  constructor(maximumBytes: number, options: ErrorOptions = {}) {
    super(`the payload exceeds ${maximumBytes} bytes`, { ...options, details: { maximumBytes } });
  }
}

/** The payload's media type is not one the form names. */
export class UnsupportedMediaTypeError extends FogwotError {
  readonly code = "UNSUPPORTED_MEDIA_TYPE";
  readonly title = "Unsupported media type";
  readonly status = 415;
  constructor(got: string, supported: readonly string[], options: ErrorOptions = {}) {
    super(`got ${got}, supported are ${supported.join(", ")}`, {
      ...options,
      details: { got, supported },
    });
  }
}

/** A limit on concurrent work was reached; the caller may try again. */
export class OverloadedError extends FogwotError {
  readonly code = "OVERLOADED";
  readonly title = "Too busy";
  readonly status = 503;
}

/** The Servient has just started: what is asked for may be there in a moment. */
export class StartingError extends FogwotError {
  readonly code = "STARTING";
  readonly title = "Still starting";
  readonly status = 503;
  constructor(what: string, options: ErrorOptions = {}) {
    super(`${what} is not there yet: the Servient is starting`, { ...options, details: { what } });
  }
}

/** No valid credentials. */
export class UnauthorizedError extends FogwotError {
  readonly code = "UNAUTHORIZED";
  readonly title = "Credentials required";
  readonly status = 401;
}

/** Who asks is known, but not entitled to it. */
export class ForbiddenError extends FogwotError {
  readonly code = "FORBIDDEN";
  readonly title = "Not permitted";
  readonly status = 403;
}

/** More requests than this client, or this Thing, is granted. */
export class TooManyRequestsError extends FogwotError {
  readonly code = "TOO_MANY_REQUESTS";
  readonly title = "Too many requests";
  readonly status = 429;
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number, options: ErrorOptions = {}) {
    super(`too many requests; try again in ${Math.ceil(retryAfterMs / 1_000)} s`, {
      ...options,
      details: { retryAfterMs },
    });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Our own bug: the message stays generic, the cause is logged. */
export class InternalError extends FogwotError {
  readonly code = "INTERNAL";
  readonly title = "Internal error";
  readonly status = 500;
  constructor(message: string, options: FogwotErrorOptions = {}) {
    super(message, options);
  }
}

function preview(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : describe(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // A cyclic or BigInt value has no JSON form; its type is the best description left.
    return typeof value;
  }
}
