import { FogwotError, type ProblemDetails } from "./fogwot-error";
import { InternalError } from "./request-errors";

/** Anything thrown → a typed error. What is not ours becomes an InternalError that hides its text. */
export function toFogwotError(thrown: unknown): FogwotError {
  if (thrown instanceof FogwotError) return thrown;
  return new InternalError("the request failed because of an internal fault", { cause: thrown });
}

/** Whether a decoded body is an RFC 7807 problem document. */
export function isProblemDetails(value: unknown): value is ProblemDetails {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as ProblemDetails).title === "string" &&
    typeof (value as ProblemDetails).status === "number"
  );
}
