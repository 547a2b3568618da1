import type { Clock, FogwotError } from "@fogwot/core";

export interface Expected<T> {
  readonly met: Promise<T>;
  /** Nobody waits any more; idempotent. */
  cancel(): void;
}

/** What is waited for, by key; several may wait for the same. */
export class Expectations<Key, T> {
  readonly #clock: Clock;
  readonly #waiting = new Map<Key, Set<(outcome: T) => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isExpected(key: Key): boolean {
    return this.#waiting.has(key);
  }

  expect(key: Key, timeoutMs: number, late: () => FogwotError): Expected<T> {
    let cancel: () => void = () => undefined;
    const met = new Promise<T>((resolve, reject) => {
      const all = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, all.add(take));
      const cancelTimer = this.#clock.schedule(timeoutMs, () => {
        cancel();
        reject(late());
      });
      cancel = () => {
        cancelTimer();
        all.delete(take);
        if (all.size === 0 && this.#waiting.get(key) === all) this.#waiting.delete(key);
      };
      function take(outcome: T): void {
        cancel();
        resolve(outcome);
      }
    });
    // Whoever cancels before it is met does not look at it any more.
    met.catch(() => undefined);
    return { met, cancel };
  }

  meet(key: Key, outcome: T): void {
    for (const take of [...(this.#waiting.get(key) ?? [])]) take(outcome);
  }
}
