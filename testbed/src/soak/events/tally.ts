import type { Tick } from "../rig/thing";

/** What one subscription has got. */
export interface EventFigures {
  readonly received: number;
  /** Number of the latest; 0 before the first. */
  readonly last: number;
  /** Came after one with a higher number, or twice. */
  readonly outOfOrder: number;
  /** What the subscription's error listener was told, the first few. */
  readonly errors: readonly string[];
}

const ERROR_LIMIT = 5;

/** Counts the numbered events of one run in the order of their arrival. */
export class EventTally {
  readonly #run: number;
  #received = 0;
  #last = 0;
  #outOfOrder = 0;
  readonly #errors: string[] = [];
  #tail: Promise<void> = Promise.resolve();

  constructor(run: number) {
    this.#run = run;
  }

  take(event: Promise<Tick>): void {
    event.catch(() => undefined);
    this.#tail = this.#tail.then(async () => {
      try {
        const { run, n } = await event;
        if (run === this.#run) this.#count(n);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  fail(error: unknown): void {
    if (this.#errors.length < ERROR_LIMIT) this.#errors.push(String(error));
  }

  get figures(): EventFigures {
    return {
      received: this.#received,
      last: this.#last,
      outOfOrder: this.#outOfOrder,
      errors: this.#errors,
    };
  }

  #count(number: number): void {
    this.#received++;
    if (number <= this.#last) this.#outOfOrder++;
    this.#last = Math.max(this.#last, number);
  }
}
