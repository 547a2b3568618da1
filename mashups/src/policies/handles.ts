import { grown } from "./grown";

/**
 * Dense integer handles: the lowest free one is given next, and order of joining is kept.
 *
 * A million devices join in milliseconds; those that leave are taken out of the order together,
 * when it is next looked at.
 */
export class Handles {
  #order = new Int32Array(16);
  #listed = 0;
  #isLive = new Uint8Array(16);
  #count = 0;
  #bound = 0;
  /** No handle below this one is free. */
  #lowestFree = 0;
  #view: Int32Array | undefined;
  #cursor = 0;

  /** Handles in order of joining; a view that holds until the next change. */
  get inOrder(): Int32Array {
    if (this.#listed !== this.#count) this.#compact();
    this.#view ??= this.#order.subarray(0, this.#count);
    return this.#view;
  }

  get count(): number {
    return this.#count;
  }

  /** Above every handle ever given: the length per-device arrays need. */
  get bound(): number {
    return this.#bound;
  }

  /** A place in the order that stays on its device, whoever leaves before it. */
  get cursor(): number {
    if (this.#listed !== this.#count) this.#compact();
    return this.#cursor;
  }

  set cursor(place: number) {
    this.#cursor = place;
  }

  has(handle: number): boolean {
    return this.#isLive[handle] === 1;
  }

  take(): number {
    // One that left and comes back joins at the end of the order, not where it was.
    if (this.#listed !== this.#count) this.#compact();
    let handle = this.#lowestFree;
    while (handle < this.#bound && this.#isLive[handle] === 1) handle++;
    this.#lowestFree = handle + 1;
    this.#bound = Math.max(this.#bound, handle + 1);
    this.#isLive = grown(this.#isLive, this.#bound);
    this.#isLive[handle] = 1;
    this.#order = grown(this.#order, this.#count + 1);
    this.#order[this.#count++] = handle;
    this.#listed = this.#count;
    this.#view = undefined;
    return handle;
  }

  /** @returns whether it was there */
  release(handle: number): boolean {
    if (!this.has(handle)) return false;
    this.#isLive[handle] = 0;
    this.#count--;
    this.#lowestFree = Math.min(this.#lowestFree, handle);
    this.#view = undefined;
    return true;
  }

  /** Takes over a saved order. */
  restore(inOrder: ArrayLike<number>, cursor = 0): void {
    this.#count = this.#listed = inOrder.length;
    this.#bound = 0;
    for (let i = 0; i < inOrder.length; i++) {
      this.#bound = Math.max(this.#bound, (inOrder[i] as number) + 1);
    }
    this.#order = grown(this.#order, this.#count);
    this.#isLive = grown(this.#isLive, this.#bound).fill(0);
    for (let i = 0; i < inOrder.length; i++) {
      const handle = inOrder[i] as number;
      this.#order[i] = handle;
      this.#isLive[handle] = 1;
    }
    this.#lowestFree = 0;
    this.#cursor = cursor;
    this.#view = undefined;
  }

  #compact(): void {
    let kept = 0;
    let cursor = 0;
    for (let place = 0; place < this.#listed; place++) {
      const handle = this.#order[place] as number;
      if (this.#isLive[handle] !== 1) continue;
      if (place < this.#cursor) cursor++;
      this.#order[kept++] = handle;
    }
    this.#listed = kept;
    this.#cursor = cursor;
  }
}
