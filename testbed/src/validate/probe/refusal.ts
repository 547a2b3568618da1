import {
  FogwotError,
  InteractionError,
  InteractionTimeoutError,
  OperationNotAllowedError,
  UnreachableError,
} from "@fogwot/core";
import { notTried, type Verdict } from "./outcome";

/** A Thing that cannot be asked now; asked again it may answer. */
const PASSING = new Set([502, 503, 504]);

/** What a failed attempt says about the form. */
export function verdictOf(error: unknown): Verdict {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof InteractionTimeoutError) {
    return { result: "no answer", detail: `within ${error.timeoutMs} ms`, status: null };
  }
  if (error instanceof InteractionError) {
    const said = error.problem?.detail ?? error.problem?.title;
    return {
      result: "refused",
      detail: said === undefined ? String(error.status) : `${error.status} ${said}`,
      status: error.status,
    };
  }
  if (error instanceof UnreachableError) return { result: "unreachable", detail, status: null };
  // Thrown by our client itself: it has no such way of asking.
  if (error instanceof OperationNotAllowedError) return notTried(detail);
  if (error instanceof FogwotError) return { result: "refused", detail, status: error.status };
  return { result: "refused", detail, status: null };
}

/** Whether another attempt may end otherwise: a radio loses packets. */
export function isPassing({ result, status }: Verdict): boolean {
  return result === "no answer" || (status !== null && PASSING.has(status));
}
