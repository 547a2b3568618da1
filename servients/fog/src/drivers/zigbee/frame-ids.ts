import { OverloadedError } from "@fogwot/core/base";

/** Frame ids are one byte, and 0 asks for no answer. */
const MAX_ID = 255;

/** What waits for the module's answer to a frame, by frame id. */
export interface Waiting<A> {
  /** Gone without an answer when its id is needed for another frame. */
  readonly isExpendable: boolean;
  /** @returns whether more answers to the same frame may come */
  answer(answer: A): boolean;
  end(error: Error): void;
}

/** Gives each frame an id that no other one under way has; ids wrap from 255 to 1. */
export class FrameIds<A> {
  readonly #waiting = new Map<number, Waiting<A>>();
  #last = 0;

  /** @throws OverloadedError when 255 frames wait that cannot be forgotten */
  take(waiting: Waiting<A>): number {
    if (this.#waiting.size >= MAX_ID) this.#forgetOldest();
    do this.#last = (this.#last % MAX_ID) + 1;
    while (this.#waiting.has(this.#last));
    this.#waiting.set(this.#last, waiting);
    return this.#last;
  }

  /** @returns false for an answer that nothing waits for */
  answer(id: number, answer: A): boolean {
    const waiting = this.#waiting.get(id);
    if (!waiting) return false;
    if (!waiting.answer(answer)) this.#waiting.delete(id);
    return true;
  }

  release(id: number): void {
    this.#waiting.delete(id);
  }

  endAll(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.end(error);
  }

  #forgetOldest(): void {
    for (const [id, { isExpendable }] of this.#waiting) {
      if (!isExpendable) continue;
      this.#waiting.delete(id);
      return;
    }
    throw new OverloadedError(`${MAX_ID} frames wait for the radio module already`);
  }
}
