import { systemClock, WaitTimeoutError } from "@fogwot/core";

const POLL_MS = 20;
/** Far beyond what anything here takes: these runs share small machines with others. */
export const GENEROUS_MS = 30_000;

/**
 * Polls until `condition` gives a value (anything but undefined and false), and returns it.
 * A condition that rejects has not come true yet; the last reason is the cause of the failure.
 * @throws WaitTimeoutError
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs: number = GENEROUS_MS,
): Promise<T> {
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  let reason: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
    if (systemClock.monotonicMs() > deadlineMs) {
      throw new WaitTimeoutError(what, limitMs, reason === undefined ? {} : { cause: reason });
    }
    await systemClock.sleep(POLL_MS);
  }
}
