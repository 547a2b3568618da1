import { ConfigError, FogwotError, type ProblemDetails, toFogwotError } from "@fogwot/core";
import { UsageError } from "../errors";

export interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2;
  readonly problem: ProblemDetails;
}

/** What a person and a program learn about a failed command. Unknown errors show their stack. */
export function describeFailure(thrown: unknown): Failure {
  if (thrown instanceof FogwotError) {
    return {
      text: `fogwot: ${thrown.message}${causes(thrown)}`,
      exitCode: thrown instanceof ConfigError || thrown instanceof UsageError ? 2 : 1,
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

function causes(error: Error): string {
  const parts: string[] = [];
  let cause = error.cause;
  while (cause instanceof Error && parts.length < 5) {
    if (!error.message.includes(cause.message)) parts.push(`\n  because: ${cause.message}`);
    cause = cause.cause;
  }
  return parts.join("");
}
