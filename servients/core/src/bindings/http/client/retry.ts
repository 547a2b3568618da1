import { type FogwotError, InteractionError } from "../../../errors";

const LONGEST_RETRY_MS = 5000;
export const FIRST_RETRY_MS = 500;

/** How long a subscription waits before it tries again: twice as long after each failure in a row. */
export function retryWaitMs(firstMs: number, failures: number): number {
  return Math.min(firstMs * 2 ** failures, LONGEST_RETRY_MS);
}

/** A Thing that is gone, or refuses, will do so again; one that is busy or away may come back. */
export function isFinal(error: FogwotError): boolean {
  return error instanceof InteractionError && error.status < 500 && error.status !== 429;
}
