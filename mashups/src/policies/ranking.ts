import type { Rng } from "@fogwot/core/base";

/**
 * The devices with the highest values, best first, ties in random order.
 *
 * Only as many places as asked for are put in order: a literal rank k with k earlier picks never
 * looks further than rank 2k.
 */
export class Ranking {
  #order = new Int32Array(0);
  #tie = new Float64Array(0);

  /** @returns a view that holds until the next call; at least its first `places` are in order */
  rank(handles: readonly number[], values: Float64Array, places: number, rng: Rng): Int32Array {
    const count = handles.length;
    this.#reserve(count, values.length);
    const order = this.#order.subarray(0, count);
    const tie = this.#tie;
    for (let i = 0; i < count; i++) {
      const handle = handles[i] as number;
      order[i] = handle;
      tie[handle] = rng.next();
    }
    const before = (a: number, b: number): number =>
      (values[b] as number) - (values[a] as number) || (tie[a] as number) - (tie[b] as number);
    if (places < count) {
      selectFirst(order, places, before);
      order.subarray(0, places).sort(before);
    } else {
      insertionOrNativeSort(order, before);
    }
    return order;
  }

  #reserve(count: number, bound: number): void {
    if (this.#order.length < count) this.#order = new Int32Array(count * 2);
    if (this.#tie.length < bound) this.#tie = new Float64Array(bound);
  }
}

type Before = (a: number, b: number) => number;

function insertionOrNativeSort(order: Int32Array, before: Before): void {
  if (order.length > 24) {
    order.sort(before);
    return;
  }
  for (let i = 1; i < order.length; i++) {
    const moving = order[i] as number;
    let j = i - 1;
    for (; j >= 0 && before(order[j] as number, moving) > 0; j--) order[j + 1] = order[j] as number;
    order[j + 1] = moving;
  }
}

/** Hoare's quickselect: afterwards the first `places` are the foremost, in no order. */
function selectFirst(order: Int32Array, places: number, before: Before): void {
  let low = 0;
  let high = order.length - 1;
  while (low < high) {
    const pivot = order[(low + high) >>> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while (before(order[i] as number, pivot) < 0) i++;
      while (before(pivot, order[j] as number) < 0) j--;
      if (i <= j) {
        const held = order[i] as number;
        order[i++] = order[j] as number;
        order[j--] = held;
      }
    }
    if (places - 1 <= j) high = j;
    else if (places - 1 >= i) low = i;
    else return;
  }
}
