import { type Clock, WaitTimeoutError } from "@fogwot/core";

/** The promise's outcome, or a rejection after `limitMs`. @throws WaitTimeoutError */
export function within<T>(promise: Promise<T>, limitMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(limitMs, () =>
      reject(new WaitTimeoutError("the answer", limitMs)),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
