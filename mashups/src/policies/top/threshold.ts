import { grown } from "../grown";

/** From here on one pass over 65,536 buckets costs less than moving the values about. */
const RADIX_FROM = 10_000;
/** Below this share of the devices most of them lose one comparison with the heap's root. */
const HEAP_SHARE = 1 / 64;
const BUCKETS = 65_536;

/**
 * The value of the m-th highest of many numbers, without sorting them: a heap of m when m is few,
 * quickselect on a copy, or for many a histogram of the leading 16 bits of each as a float, and
 * quickselect within one bucket.
 *
 * NaN is not a number to compare with: callers have none.
 */
export class Threshold {
  #heap = new Float64Array(16);
  #copy = new Float64Array(16);
  #bits = new Uint32Array(0);
  #floats = new Float32Array(0);
  #histogram = new Uint32Array(0);

  /** @param m 1…length */
  find(values: Float64Array, length: number, m: number): number {
    if (m <= 8 || m <= length * HEAP_SHARE) return this.#byHeap(values, length, m);
    if (length >= RADIX_FROM) return this.#byHistogram(values, length, m);
    this.#copy = grown(this.#copy, length);
    const copy = this.#copy;
    for (let i = 0; i < length; i++) copy[i] = values[i] as number;
    return quickselect(copy, length, m);
  }

  /** The smallest of the m highest so far is the root. */
  #byHeap(values: Float64Array, length: number, m: number): number {
    this.#heap = grown(this.#heap, m);
    const heap = this.#heap;
    for (let i = 0; i < m; i++) heap[i] = values[i] as number;
    for (let i = (m >> 1) - 1; i >= 0; i--) siftDown(heap, m, i);
    for (let i = m; i < length; i++) {
      if ((values[i] as number) > (heap[0] as number)) {
        heap[0] = values[i] as number;
        siftDown(heap, m, 0);
      }
    }
    return heap[0] as number;
  }

  #byHistogram(values: Float64Array, length: number, m: number): number {
    this.#reserve(length);
    const [floats, bits, histogram] = [this.#floats, this.#bits, this.#histogram];
    histogram.fill(0);
    for (let i = 0; i < length; i++) floats[i] = values[i] as number;
    for (let i = 0; i < length; i++) {
      const bucket = bucketOf(bits[i] as number);
      histogram[bucket] = (histogram[bucket] as number) + 1;
    }
    let bucket = BUCKETS - 1;
    let left = m;
    while (left > (histogram[bucket] as number)) left -= histogram[bucket--] as number;
    this.#copy = grown(this.#copy, histogram[bucket] as number);
    const copy = this.#copy;
    let count = 0;
    for (let i = 0; i < length; i++) {
      if (bucketOf(bits[i] as number) === bucket) copy[count++] = values[i] as number;
    }
    return quickselect(copy, count, left);
  }

  #reserve(length: number): void {
    if (this.#floats.length < length) {
      this.#floats = new Float32Array(Math.max(length, 2 * this.#floats.length));
      this.#bits = new Uint32Array(this.#floats.buffer);
    }
    if (this.#histogram.length === 0) this.#histogram = new Uint32Array(BUCKETS);
  }
}

/** Leading 16 bits, in the order of the numbers: negative ones count down. */
function bucketOf(bits: number): number {
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 16;
}

function siftDown(heap: Float64Array, length: number, from: number): void {
  const value = heap[from] as number;
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= length) break;
    if (child + 1 < length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= value) break;
    heap[i] = heap[child] as number;
    i = child;
  }
  heap[i] = value;
}

/** Hoare's quickselect: the m-th highest; `values` is put in another order. */
function quickselect(values: Float64Array, length: number, m: number): number {
  let low = 0;
  let high = length - 1;
  const wanted = m - 1;
  while (low < high) {
    const pivot = median(
      values[low] as number,
      values[(low + high) >>> 1] as number,
      values[high] as number,
    );
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) > pivot) i++;
      while ((values[j] as number) < pivot) j--;
      if (i <= j) {
        const held = values[i] as number;
        values[i++] = values[j] as number;
        values[j--] = held;
      }
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return values[wanted] as number;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
