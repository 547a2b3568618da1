import type { TierClock } from "./options";

/**
 * Does work again and again, a pause after each time that it has ended.
 * @returns ends it
 */
export function repeat(
  clock: TierClock,
  pauseMs: number,
  work: () => unknown,
  onError: (error: unknown) => void,
): () => void {
  let cancel: (() => void) | undefined;
  const again = (): void => {
    cancel = clock.schedule(pauseMs, () => {
      Promise.resolve()
        .then(work)
        .catch(onError)
        .finally(() => cancel && again());
    });
  };
  again();
  return () => {
    cancel?.();
    cancel = undefined;
  };
}
