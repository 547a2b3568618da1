/** Counts what a Servient's consumers have under way, so that somebody can wait for its end. */
export class Activity {
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<() => void>();
  #running = 0;

  /** Interactions and subscriptions. */
  get running(): number {
    return this.#running;
  }

  /** One more is under way. @returns it is over; idempotent */
  begin(): () => void {
    this.#running++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#running--;
      if (this.#running > 0) return;
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
      for (const listener of this.#listeners) listener();
    };
  }

  /** Calls back now if nothing is under way, and each time that the last of it has ended. */
  onIdle(listener: () => void): void {
    this.#listeners.add(listener);
    if (this.#running === 0) listener();
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }
}
