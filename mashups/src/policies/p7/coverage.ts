import { grown } from "../grown";
import type { Handles } from "../handles";

/** A gain below this is none: the area is covered. */
const LEAST_GAIN = 1e-9;

/**
 * Greedy choice of discs that cover the unit square with weights: every next device is the one
 * that adds most expected area, given those before it (Nemhauser et al. 1978: at least 1 − 1/e of
 * the best set). Gains only fall, so one that is out of date is an upper bound (lazy greedy).
 */
export class Coverage {
  readonly #radius: number;
  readonly #side: number;
  /** Probability that a cell is covered by none of the chosen. */
  readonly #open: Float64Array;
  /** Running sums of `open` along each row, from 0. */
  readonly #sums: Float64Array;
  #x = new Float32Array(16);
  #y = new Float32Array(16);
  #gain = new Float64Array(16);
  #heap = new Int32Array(16);
  #size = 0;

  constructor(radius: number, side: number) {
    this.#radius = radius;
    this.#side = side;
    this.#open = new Float64Array(side * side);
    this.#sums = new Float64Array(side * (side + 1));
  }

  /** @param x of the unit square; negative: unknown, it covers nothing */
  place(handle: number, x: number, y: number): void {
    this.#x = grown(this.#x, handle + 1);
    this.#y = grown(this.#y, handle + 1);
    this.#gain = grown(this.#gain, handle + 1);
    this.#heap = grown(this.#heap, handle + 1);
    this.#x[handle] = x;
    this.#y[handle] = y;
  }

  position(handle: number): readonly [number, number] {
    return [this.#x[handle] as number, this.#y[handle] as number];
  }

  /**
   * @param weight probability by handle that a device covers its disc
   * @param chosen told of each device in turn, at most m
   */
  choose(
    handles: Handles,
    m: number,
    weight: Float64Array,
    chosen: (handle: number) => void,
  ): void {
    this.#open.fill(1);
    for (let row = 0; row < this.#side; row++) this.#sumRow(row);
    this.#fill(handles, weight);
    for (let k = 0; k < m && this.#size > 0; ) {
      const best = this.#heap[0] as number;
      const probability = weight[best] as number;
      const gain = this.#sum(best, probability);
      if (gain >= (this.#gain[best] as number) * (1 - 1e-12)) {
        if (gain < LEAST_GAIN) return;
        chosen(best);
        this.#close(best, probability);
        k++;
        this.#heap[0] = this.#heap[--this.#size] as number;
      } else {
        this.#gain[best] = gain;
      }
      this.#siftDown(0);
    }
  }

  #fill(handles: Handles, weight: Float64Array): void {
    const order = handles.inOrder;
    this.#size = 0;
    for (let i = 0; i < order.length; i++) {
      const handle = order[i] as number;
      if ((this.#x[handle] as number) < 0) continue;
      this.#gain[handle] = this.#sum(handle, weight[handle] as number);
      this.#heap[this.#size++] = handle;
    }
    for (let i = (this.#size >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  /** Open area in reach of a device, in cells: a difference of running sums per row. */
  #sum(handle: number, weight: number): number {
    const [stride, sums] = [this.#side + 1, this.#sums];
    const y = this.#y[handle] as number;
    const top = Math.max(0, Math.ceil((y - this.#radius) * this.#side - 0.5));
    const bottom = Math.min(this.#side - 1, Math.floor((y + this.#radius) * this.#side - 0.5));
    let sum = 0;
    for (let row = top; row <= bottom; row++) {
      const reach = this.#reach(handle, row);
      const start = row * stride;
      sum +=
        (sums[start + this.#right(handle, reach) + 1] as number) -
        (sums[start + this.#left(handle, reach)] as number);
    }
    return sum * weight;
  }

  #close(handle: number, weight: number): void {
    const y = this.#y[handle] as number;
    const top = Math.max(0, Math.ceil((y - this.#radius) * this.#side - 0.5));
    const bottom = Math.min(this.#side - 1, Math.floor((y + this.#radius) * this.#side - 0.5));
    for (let row = top; row <= bottom; row++) {
      const reach = this.#reach(handle, row);
      const right = this.#right(handle, reach);
      for (let column = this.#left(handle, reach); column <= right; column++) {
        const cell = row * this.#side + column;
        this.#open[cell] = (this.#open[cell] as number) * (1 - weight);
      }
      this.#sumRow(row);
    }
  }

  #sumRow(row: number): void {
    const [side, open, sums] = [this.#side, this.#open, this.#sums];
    let sum = 0;
    for (let column = 0; column < side; column++) {
      sum += open[row * side + column] as number;
      sums[row * (side + 1) + column + 1] = sum;
    }
  }

  /** Half the width of the disc at the centres of a row. */
  #reach(handle: number, row: number): number {
    const dy = (row + 0.5) / this.#side - (this.#y[handle] as number);
    return Math.sqrt(Math.max(0, this.#radius * this.#radius - dy * dy));
  }

  #left(handle: number, reach: number): number {
    return Math.max(0, Math.ceil(((this.#x[handle] as number) - reach) * this.#side - 0.5));
  }

  /** Last column in reach; the one before the left where none is. */
  #right(handle: number, reach: number): number {
    const right = Math.floor(((this.#x[handle] as number) + reach) * this.#side - 0.5);
    return Math.max(this.#left(handle, reach) - 1, Math.min(this.#side - 1, right));
  }

  #siftDown(from: number): void {
    const [heap, gain] = [this.#heap, this.#gain];
    const handle = heap[from] as number;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#size) break;
      const right = heap[child + 1] as number;
      if (
        child + 1 < this.#size &&
        (gain[right] as number) > (gain[heap[child] as number] as number)
      ) {
        child++;
      }
      if ((gain[heap[child] as number] as number) <= (gain[handle] as number)) break;
      heap[i] = heap[child] as number;
      i = child;
    }
    heap[i] = handle;
  }
}
