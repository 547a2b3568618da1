import { type Clock, systemClock } from "@fogwot/core/base";

/** The machine's clock, which counts the timers that are set: 0 after a clean stop. */
export class CountingClock implements Clock {
  outstanding = 0;

  now(): number {
    return systemClock.now();
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(durationMs, signal);
  }

  schedule(delayMs: number, callback: () => void): () => void {
    let isSet = true;
    const settle = (): void => {
      if (isSet) this.outstanding--;
      isSet = false;
    };
    this.outstanding++;
    const cancel = systemClock.schedule(delayMs, () => {
      settle();
      callback();
    });
    return () => {
      settle();
      cancel();
    };
  }
}
