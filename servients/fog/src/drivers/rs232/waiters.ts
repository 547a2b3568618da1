import {
  type Clock,
  DeviceTimeoutError,
  type FogwotError,
  OverloadedError,
} from "@fogwot/core/base";

/** Queries that wait for a device's next bytes at most. */
const MAX_WAITING = 1_024;

interface Waiter {
  readonly startedAtMs: number;
  readonly deafMs: number;
  readonly settle: (outcome: number | FogwotError) => void;
}

/** Queries that the next bytes of a device answer. */
export class Waiters {
  readonly #device: string;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter>();

  constructor(device: string, clock: Clock) {
    this.#device = device;
    this.#clock = clock;
  }

  /**
   * @param deafMs what comes before is no answer
   * @returns how long it took, ms
   * @throws DeviceTimeoutError, OverloadedError, and what `refuse` is given
   */
  next(timeoutMs: number, deafMs: number): Promise<number> {
    const device = this.#device;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size >= MAX_WAITING) {
        reject(new OverloadedError(`${MAX_WAITING} queries wait for ${device}`));
        return;
      }
      const startedAtMs = this.#clock.monotonicMs();
      const cancel = this.#clock.schedule(timeoutMs, () =>
        waiter.settle(new DeviceTimeoutError(device, timeoutMs)),
      );
      const waiter: Waiter = {
        startedAtMs,
        deafMs,
        settle: (outcome) => {
          cancel();
          this.#waiting.delete(waiter);
          if (typeof outcome === "number") resolve(outcome);
          else reject(outcome);
        },
      };
      this.#waiting.add(waiter);
    });
  }

  /** The bytes are there. */
  heard(): void {
    if (this.#waiting.size === 0) return;
    const nowMs = this.#clock.monotonicMs();
    for (const waiter of this.#waiting) {
      const passedMs = nowMs - waiter.startedAtMs;
      if (passedMs >= waiter.deafMs) waiter.settle(passedMs);
    }
  }

  refuse(error: () => FogwotError): void {
    for (const waiter of this.#waiting) waiter.settle(error());
  }
}
