import type { DataSchemaValue } from "wot-typescript-definitions";
import type { ProblemDetails } from "../../errors";
import type { ActionState, Invocation } from "./invocation";

/**
 * What a Thing says of an asynchronous action.
 * @see https://w3c.github.io/wot-profile/#actionstatus-object
 */
export interface ActionStatus {
  readonly status: ActionState;
  readonly output?: DataSchemaValue;
  /** Problem details (RFC 9457) of a failed action. */
  readonly error?: ProblemDetails;
  /** Where to query and cancel. */
  readonly href: string;
  /** RFC 3339, UTC. */
  readonly timeRequested: string;
  readonly timeEnded?: string;
}

/** @param href where this binding answers for the invocation */
export function statusOf(invocation: Invocation, href: string): ActionStatus {
  const { state, output, error, requestedMs, endedMs } = invocation;
  return {
    status: state,
    ...(output === undefined ? {} : { output }),
    ...(error ? { error } : {}),
    href,
    timeRequested: new Date(requestedMs).toISOString(),
    ...(endedMs === undefined ? {} : { timeEnded: new Date(endedMs).toISOString() }),
  };
}

const STATES: readonly string[] = ["pending", "running", "completed", "failed"];

/** Whether a decoded body is an action's status. */
export function isActionStatus(value: unknown): value is ActionStatus {
  if (typeof value !== "object" || value === null) return false;
  const { status, href } = value as Partial<ActionStatus>;
  return STATES.includes(String(status)) && typeof href === "string";
}
