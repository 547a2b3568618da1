/** Dense integer handles: the lowest free one is given next, and order of joining is kept. */
export class Handles {
  readonly #inOrder: number[] = [];
  readonly #free: number[] = [];
  #next = 0;

  /** Handles in order of joining. */
  get inOrder(): readonly number[] {
    return this.#inOrder;
  }

  /** Above every handle ever given: the length per-device arrays need. */
  get bound(): number {
    return this.#next;
  }

  take(): number {
    this.#free.sort((a, b) => b - a);
    const handle = this.#free.pop() ?? this.#next++;
    this.#inOrder.push(handle);
    return handle;
  }

  /** @returns the place it had in order of joining, -1 if it was not there */
  release(handle: number): number {
    const place = this.#inOrder.indexOf(handle);
    if (place >= 0) {
      this.#inOrder.splice(place, 1);
      this.#free.push(handle);
    }
    return place;
  }

  /** Takes over a saved order. */
  restore(inOrder: readonly number[]): void {
    this.#inOrder.splice(0, this.#inOrder.length, ...inOrder);
    this.#next = Math.max(-1, ...inOrder) + 1;
    const used = new Set(inOrder);
    this.#free.splice(0, this.#free.length);
    for (let handle = 0; handle < this.#next; handle++) {
      if (!used.has(handle)) this.#free.push(handle);
    }
  }
}
