import type * as Errors from "../errors";

/** A UsageError, whose module a command loads only when it has one to tell. */
export function wrongUse(message: string): Errors.UsageError {
  const { UsageError } = require("../errors") as typeof Errors;
  return new UsageError(message);
}
