import type { Clock } from "../time";
import type { Principal } from "./access";

interface Watch {
  readonly principal: Principal;
  readonly ended: () => void;
  cancelTimer: (() => void) | undefined;
}

/** Timers take no longer delay. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Those who were let in for something that goes on. */
export class Watches {
  readonly #clock: Clock;
  readonly #watches = new Set<Watch>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns stops it */
  add(principal: Principal, ended: () => void): () => void {
    const watch: Watch = { principal, ended, cancelTimer: undefined };
    this.#watches.add(watch);
    this.#schedule(watch);
    return () => this.#drop(watch);
  }

  /** Ends those that a test says are over. */
  endAll(isOver: (principal: Principal) => boolean): void {
    for (const watch of [...this.#watches]) if (isOver(watch.principal)) this.#end(watch);
  }

  /** Forgets all of them, without a word. */
  close(): void {
    for (const watch of [...this.#watches]) this.#drop(watch);
  }

  #schedule(watch: Watch): void {
    const { expiresAtMs } = watch.principal;
    if (expiresAtMs === undefined) return;
    const leftMs = Math.max(0, expiresAtMs - this.#clock.now());
    watch.cancelTimer = this.#clock.schedule(Math.min(leftMs, LONGEST_TIMER_MS), () => {
      if (leftMs > LONGEST_TIMER_MS) this.#schedule(watch);
      else this.#end(watch);
    });
  }

  #end(watch: Watch): void {
    this.#drop(watch);
    watch.ended();
  }

  #drop(watch: Watch): void {
    this.#watches.delete(watch);
    watch.cancelTimer?.();
  }
}
