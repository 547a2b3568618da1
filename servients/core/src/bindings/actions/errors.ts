import { FogwotError } from "../../errors";

/** Somebody cancelled the invocation before its action was done. */
export class ActionCancelledError extends FogwotError {
  readonly code = "ACTION_CANCELLED";
  readonly title = "The action was cancelled";
  readonly status = 409;
  constructor(action: string, options: ErrorOptions = {}) {
    super(`${action} was cancelled`, { ...options, details: { action } });
  }
}

/** What has ended cannot be cancelled. */
export class ActionEndedError extends FogwotError {
  readonly code = "ACTION_ENDED";
  readonly title = "The action has ended already";
  readonly status = 409;
  constructor(action: string, ended: "completed" | "failed", options: ErrorOptions = {}) {
    super(`${action} has ${ended} already`, { ...options, details: { action, ended } });
  }
}
