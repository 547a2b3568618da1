import { ConfigError, type Mismatch, RemoteError, toFogwotError } from "@fogwot/core/base";
import { PolicyFaultError, PolicyNotFoundError } from "../../policies";
import type { ThreadFault } from "./messages";

/** For the other thread. */
export function toThreadFault(thrown: unknown): ThreadFault {
  const error = toFogwotError(thrown);
  return {
    problem: error.toProblem(),
    cause: error.cause === undefined ? undefined : placeOf(error.cause),
  };
}

/** The error as it was in the thread; what that thread alone knows of becomes text. */
export function fromThreadFault({ problem, cause }: ThreadFault, policy: string): Error {
  const { details = {} } = problem;
  switch (problem.code) {
    case "CONFIG":
      return new ConfigError(String(details.file), details.mismatches as Mismatch[]);
    case "POLICY_NOT_FOUND":
      return new PolicyNotFoundError(String(details.wanted), details.known as string[]);
    case "POLICY_FAULT":
      return new PolicyFaultError(
        String(details.policy),
        cause === undefined ? String(details.fault) : `${String(details.fault)}: ${cause}`,
      );
    case "INTERNAL":
      return new PolicyFaultError(policy, cause ?? problem.detail);
    default:
      return new RemoteError(problem);
  }
}

/** `TypeError: oops (at select (mine.js:12:5))` */
function placeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const place = /^\s+(at .*)$/m.exec(cause.stack ?? "")?.[1];
  return place === undefined ? String(cause) : `${String(cause)} (${place})`;
}
