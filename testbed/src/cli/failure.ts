import { FogwotError, isProblemDetails, type ProblemDetails, toFogwotError } from "@fogwot/core";

export interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2;
  readonly problem: ProblemDetails;
}

/**
 * What the caller can only mend in the command line or in a file, whichever process found it: a
 * child's or the running site's own error arrives as its problem document.
 */
const WRONG_USE: ReadonlySet<string> = new Set([
  "CONFIG",
  "INSECURE_BIND",
  "NOT_ROOT",
  "POLICY_NOT_FOUND",
  "REQUEST_REJECTED",
  "USAGE",
]);

/** What a person and a program learn about a failed command. Unknown errors show their stack. */
export function describeFailure(thrown: unknown): Failure {
  if (thrown instanceof FogwotError) {
    return {
      text: `fogwot: ${thrown.message}${causes(thrown)}`,
      exitCode: WRONG_USE.has(codeOf(thrown)) ? 2 : 1,
      problem: thrown.toProblem(),
    };
  }
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    text: `fogwot: this is a bug, please report it with the lines below\n${stack}`,
    exitCode: 1,
    problem: toFogwotError(thrown).toProblem(),
  };
}

function codeOf(error: FogwotError): string {
  const { problem } = error.details;
  return isProblemDetails(problem) ? problem.code : error.code;
}

function causes(error: Error): string {
  const parts: string[] = [];
  let cause = error.cause;
  while (cause instanceof Error && parts.length < 5) {
    if (!error.message.includes(cause.message)) parts.push(`\n  because: ${cause.message}`);
    cause = cause.cause;
  }
  return parts.join("");
}
