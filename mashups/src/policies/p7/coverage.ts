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
  #x = new Float32Array(16);
  #y = new Float32Array(16);
  #gain = new Float64Array(16);
  #heap = new Int32Array(16);
  #size = 0;

  constructor(radius: number, side: number) {
    this.#radius = radius;
    this.#side = side;
    this.#open = new Float64Array(side * side);
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
      // No disc holds more than its own area in cells: an upper bound that costs nothing.
      this.#gain[handle] = (weight[handle] as number) * this.#open.length;
      this.#heap[this.#size++] = handle;
    }
    for (let i = (this.#size >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  #sum(handle: number, weight: number): number {
    let sum = 0;
    this.#eachCell(handle, (cell) => {
      sum += this.#open[cell] as number;
    });
    return sum * weight;
  }

  #close(handle: number, weight: number): void {
    this.#eachCell(handle, (cell) => {
      this.#open[cell] = (this.#open[cell] as number) * (1 - weight);
    });
  }

  /** Cells whose centres are within the radius. */
  #eachCell(handle: number, use: (cell: number) => void): void {
    const [side, radius] = [this.#side, this.#radius];
    const [x, y] = [this.#x[handle] as number, this.#y[handle] as number];
    const top = Math.max(0, Math.ceil((y - radius) * side - 0.5));
    const bottom = Math.min(side - 1, Math.floor((y + radius) * side - 0.5));
    for (let row = top; row <= bottom; row++) {
      const dy = (row + 0.5) / side - y;
      const reach = Math.sqrt(Math.max(0, radius * radius - dy * dy));
      const left = Math.max(0, Math.ceil((x - reach) * side - 0.5));
      const right = Math.min(side - 1, Math.floor((x + reach) * side - 0.5));
      for (let column = left; column <= right; column++) use(row * side + column);
    }
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
