import { InputError, type InteractionOutput, inputOf } from "@fogwot/core";

export const DEFAULT_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 60_000;

/** The optional `timeoutMs` of getData and getAllData. @throws InputError */
export async function timeoutOf(input: InteractionOutput): Promise<number> {
  const value = (await inputOf(input)) as { timeoutMs?: unknown } | null | undefined;
  const timeoutMs = value?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  if (
    typeof timeoutMs === "number" &&
    Number.isInteger(timeoutMs) &&
    timeoutMs >= 1 &&
    timeoutMs <= MAX_TIMEOUT_MS
  ) {
    return timeoutMs;
  }
  const wanted = `an integer from 1 to ${MAX_TIMEOUT_MS}`;
  throw new InputError({ path: "/timeoutMs", got: timeoutMs, wanted });
}
