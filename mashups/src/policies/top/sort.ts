import { grown } from "../grown";

/** Below this many, moving neighbours costs less than parting them. */
const INSERTION_BELOW = 24;
/** From here on they are first spread over buckets, of so many each if the values are even. */
const BUCKETS_FROM = 512;
const PER_BUCKET = 8;

/**
 * Sorts handles by value, highest first; equal ones end in no particular order.
 *
 * Many are spread over equal intervals of value first (a distribution sort), each of which is then
 * sorted by comparison: with even values that is linear, and never worse than quicksort.
 */
export class Sort {
  #keys = new Float64Array(16);
  #spreadKeys = new Float64Array(0);
  #spread = new Int32Array(0);
  #starts = new Uint32Array(0);

  /**
   * @param list its first `length` entries are put in order of values[entry]
   * @returns the values in that order; holds until the next call
   */
  sort(list: Int32Array, length: number, values: Float64Array): Float64Array {
    this.#keys = grown(this.#keys, length);
    const keys = this.#keys;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < length; i++) {
      const value = values[list[i] as number] as number;
      keys[i] = value;
      if (value > highest) highest = value;
      if (value < lowest) lowest = value;
    }
    const buckets = Math.ceil(length / PER_BUCKET);
    const perValue = (buckets - 1) / (highest - lowest);
    if (length < BUCKETS_FROM || !Number.isFinite(perValue)) {
      sortPairs(keys, list, 0, length - 1);
      return keys;
    }
    this.#spreadOut(list, length, highest, perValue, buckets);
    const starts = this.#starts;
    for (let bucket = 0; bucket < buckets; bucket++) {
      // Scattering has moved every start to the next bucket's.
      const first = bucket === 0 ? 0 : (starts[bucket - 1] as number);
      sortPairs(this.#spreadKeys, this.#spread, first, (starts[bucket] as number) - 1);
    }
    for (let i = 0; i < length; i++) list[i] = this.#spread[i] as number;
    return this.#spreadKeys;
  }

  #spreadOut(
    list: Int32Array,
    length: number,
    highest: number,
    perValue: number,
    buckets: number,
  ): void {
    this.#spreadKeys = grown(this.#spreadKeys, length);
    this.#spread = grown(this.#spread, length);
    this.#starts = grown(this.#starts, buckets);
    const [keys, starts] = [this.#keys, this.#starts];
    for (let bucket = 0; bucket < buckets; bucket++) starts[bucket] = 0;
    for (let i = 0; i < length; i++) {
      const bucket = ((highest - (keys[i] as number)) * perValue) | 0;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    let before = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = starts[bucket] as number;
      starts[bucket] = before;
      before += count;
    }
    for (let i = 0; i < length; i++) {
      const key = keys[i] as number;
      const bucket = ((highest - key) * perValue) | 0;
      const place = starts[bucket] as number;
      starts[bucket] = place + 1;
      this.#spreadKeys[place] = key;
      this.#spread[place] = list[i] as number;
    }
  }
}

/** Sorts keys[low…high], highest first, and the list along with them. */
function sortPairs(keys: Float64Array, list: Int32Array, low: number, high: number): void {
  let [first, last] = [low, high];
  while (last - first >= INSERTION_BELOW) {
    const pivot = keys[(first + last) >>> 1] as number;
    let i = first;
    let j = last;
    while (i <= j) {
      while ((keys[i] as number) > pivot) i++;
      while ((keys[j] as number) < pivot) j--;
      if (i <= j) swapPairs(keys, list, i++, j--);
    }
    // The smaller part by recursion, so that its depth stays logarithmic.
    if (j - first < last - i) {
      sortPairs(keys, list, first, j);
      first = i;
    } else {
      sortPairs(keys, list, i, last);
      last = j;
    }
  }
  for (let i = first + 1; i <= last; i++) {
    const key = keys[i] as number;
    const moving = list[i] as number;
    let j = i - 1;
    for (; j >= first && (keys[j] as number) < key; j--) {
      keys[j + 1] = keys[j] as number;
      list[j + 1] = list[j] as number;
    }
    keys[j + 1] = key;
    list[j + 1] = moving;
  }
}

function swapPairs(keys: Float64Array, list: Int32Array, i: number, j: number): void {
  const key = keys[i] as number;
  keys[i] = keys[j] as number;
  keys[j] = key;
  const held = list[i] as number;
  list[i] = list[j] as number;
  list[j] = held;
}
