import type { Clock } from "@fogwot/core/base";

export interface VigilOptions {
  readonly clock: Clock;
  /** Silence for this long is a hang. */
  readonly limitMs: number;
  readonly ask: () => void;
  readonly onHang: () => void;
}

/**
 * Sees a driver whose program hangs: its sockets stay connected, and ZeroMQ's heartbeat is answered
 * by a thread of its own.
 */
export class Vigil {
  readonly #options: VigilOptions;
  #heardAtMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: VigilOptions) {
    this.#options = options;
  }

  start(): void {
    this.heard();
    if (!this.#cancel) this.#wait();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  heard(): void {
    this.#heardAtMs = this.#options.clock.monotonicMs();
  }

  #wait(): void {
    const { clock, limitMs, ask, onHang } = this.#options;
    this.#cancel = clock.schedule(limitMs / 3, () => {
      this.#wait();
      const silentMs = clock.monotonicMs() - this.#heardAtMs;
      if (silentMs >= limitMs) onHang();
      if (silentMs >= limitMs / 3) ask();
    });
  }
}
