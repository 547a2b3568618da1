/** One after the other: who asks gets a turn when all who asked before have given theirs back. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** @returns what gives the turn back */
  async take(): Promise<() => void> {
    const before = this.#last;
    let release: () => void = () => undefined;
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.take();
    try {
      return await work();
    } finally {
      release();
    }
  }
}
