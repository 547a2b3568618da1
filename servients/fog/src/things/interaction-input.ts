import { InputError } from "@fogwot/core";
import type { InteractionOutput } from "./wot-types";

export const DEFAULT_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 60_000;

/**
 * The value a consumer sent; undefined for an empty body, which node-wot calls a schema error.
 * Every binding has held the body to the DataSchema before.
 */
export async function inputOf(input: InteractionOutput): Promise<unknown> {
  try {
    return await input.value();
  } catch (cause) {
    if (cause instanceof Error && "value" in cause && cause.value === undefined) return undefined;
    throw new InputError({ path: "", got: "a body", wanted: "a value of the schema" }, { cause });
  }
}

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
