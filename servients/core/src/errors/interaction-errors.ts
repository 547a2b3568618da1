import { FogwotError, type ProblemDetails } from "./fogwot-error";

/** A remote Thing answered an interaction with an error. `status` is the remote's, HTTP style. */
export class InteractionError extends FogwotError {
  readonly code = "INTERACTION";
  readonly title = "The Thing refused the interaction";
  readonly status: number;
  /** What the Thing said, where it sent problem details. */
  readonly problem: ProblemDetails | undefined;
  constructor(
    href: string,
    status: number,
    problem: ProblemDetails | undefined,
    options: ErrorOptions = {},
  ) {
    super(`${href}: ${status} ${problem?.detail ?? problem?.title ?? "no problem details"}`, {
      ...options,
      details: { href, status, ...(problem ? { problem } : {}) },
    });
    this.status = status;
    this.problem = problem;
  }
}

/** A remote Thing did not answer within the client's time-out. */
export class InteractionTimeoutError extends FogwotError {
  readonly code = "INTERACTION_TIMEOUT";
  readonly title = "The Thing did not answer";
  readonly status = 504;
  readonly timeoutMs: number;
  constructor(href: string, timeoutMs: number, options: ErrorOptions = {}) {
    super(`${href} did not answer within ${timeoutMs} ms`, {
      ...options,
      details: { href, timeoutMs },
    });
    this.timeoutMs = timeoutMs;
  }
}

/** Whoever asked has given the interaction up; `cause` is the signal's reason. */
export class InteractionAbortedError extends FogwotError {
  readonly code = "INTERACTION_ABORTED";
  readonly title = "The interaction was given up";
  /** Nobody waits for an answer any more: the number is that of nginx, HTTP has none. */
  readonly status = 499;
  constructor(href: string, options: ErrorOptions = {}) {
    super(`${href}: given up by who asked`, { ...options, details: { href } });
  }
}

/** The Thing's host could not be reached at all. */
export class UnreachableError extends FogwotError {
  readonly code = "UNREACHABLE";
  readonly title = "The Thing cannot be reached";
  readonly status = 503;
  constructor(href: string, reason: string, options: ErrorOptions = {}) {
    super(`${href}: ${reason}`, { ...options, details: { href, reason } });
  }
}
