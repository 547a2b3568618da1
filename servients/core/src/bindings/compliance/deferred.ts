import { WaitTimeoutError } from "../../errors";

/** A promise with its resolver outside. */
export class Deferred<T = void> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  resolve(value: T): void {
    this.#resolve(value);
  }
}

/**
 * Waits until a condition holds; generous, because a slow machine is no failure.
 * @throws WaitTimeoutError naming what was awaited
 */
export async function until(
  awaited: string,
  condition: () => boolean,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new WaitTimeoutError(awaited, timeoutMs);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The rejection of a promise that must reject. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new WaitTimeoutError("the rejection of a promise that was fulfilled", 0);
}
