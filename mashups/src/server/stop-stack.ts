import type { Clock, Logger } from "@fogwot/core";

interface Part {
  readonly name: string;
  readonly limitMs: number;
  readonly stop: () => Promise<void> | void;
}

/**
 * The parts of a program that run, each with its end. They stop in the reverse order of their
 * start; one that fails or hangs does not keep the others from it.
 */
export class StopStack {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #parts: Part[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: { clock: Clock; log: Logger }) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  push(name: string, stop: () => Promise<void> | void, limitMs = 1_000): void {
    this.#parts.push({ name, stop, limitMs });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) await this.#stopOne(part);
  }

  async #stopOne({ name, stop, limitMs }: Part): Promise<void> {
    let cancel: () => void = () => undefined;
    const limit = new Promise<void>((resolve) => {
      cancel = this.#clock.schedule(limitMs, () => {
        this.#log.warn({ part: name, limitMs }, "a part did not stop in time");
        resolve();
      });
    });
    try {
      await Promise.race([(async () => stop())(), limit]);
    } catch (thrown) {
      this.#log.error({ err: thrown, part: name }, "a part did not stop cleanly");
    } finally {
      cancel();
    }
  }
}
