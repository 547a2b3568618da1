import { FogwotError, type ProblemDetails } from "./fogwot-error";

/** A problem another process of ours reported: code, title and status are the original's. */
export class RemoteError extends FogwotError {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  constructor(problem: ProblemDetails, options: ErrorOptions = {}) {
    super(problem.detail, { ...options, ...(problem.details ? { details: problem.details } : {}) });
    this.code = problem.code;
    this.title = problem.title;
    this.status = problem.status;
  }
}
