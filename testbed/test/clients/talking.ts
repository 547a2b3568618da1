const PERIOD_MS = 100;

/**
 * Asks a device again and again while `work` waits for what it says: each reading is an event, and
 * nobody has to wait for the board's own sampling interval.
 *
 * @param thing URL of a Device Thing
 */
export async function whileTalking<T>(thing: string, work: Promise<T>): Promise<T> {
  const ask = (): void => {
    // One that fails is followed by the next; the work's own limit ends the wait.
    fetch(`${thing}/actions/getData`, { method: "POST" }).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  };
  const timer = setInterval(ask, PERIOD_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
