import { WaitTimeoutError } from "@fogwot/core/base";

/** Resolves as soon as `condition` holds; looks every few milliseconds, gives up after `limitMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  awaited = "the awaited condition",
  limitMs = 10_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new WaitTimeoutError(awaited, limitMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
