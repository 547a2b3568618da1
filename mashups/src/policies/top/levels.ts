import { grown } from "../grown";

const BUCKETS = 65_536;

/**
 * Values by device with the leading 16 bits of each (as a float) kept at hand and counted, for
 * many devices of which few change per slot: who can be among the M highest is then found by one
 * pass over two bytes each.
 */
export class Levels {
  #level = new Uint16Array(0);
  readonly #count = new Uint32Array(BUCKETS);
  readonly #float = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#float.buffer);
  #length = 0;
  /** Entries of `doubtful` after `part`. */
  doubtful = 0;

  /** Devices counted so far; `change` is for these. */
  get length(): number {
    return this.#length;
  }

  /** @param before its value so far, of which the level need not be looked up */
  change(handle: number, before: number, value: number): void {
    const from = this.#levelOf(before);
    const to = this.#levelOf(value);
    if (from === to) return;
    this.#count[from] = (this.#count[from] as number) - 1;
    this.#count[to] = (this.#count[to] as number) + 1;
    this.#level[handle] = to;
  }

  /** Counts the devices that came since. */
  extend(values: Float64Array, length: number): void {
    if (length <= this.#length) return;
    this.#level = grown(this.#level, length);
    const first = this.#length;
    this.#length = length;
    for (let handle = first; handle < length; handle++) {
      const level = this.#levelOf(values[handle] as number);
      this.#level[handle] = level;
      this.#count[level] = (this.#count[level] as number) + 1;
    }
  }

  /**
   * Writes all that are surely among the m highest to `out`, and to `doubtful` those of whom the
   * rest are.
   * @returns how many are sure; `doubtful` gets as many as the property says
   */
  part(m: number, out: Int32Array, doubtful: Int32Array): number {
    const level = this.#level;
    let edge = BUCKETS - 1;
    let above = 0;
    while (above + (this.#count[edge] as number) < m) above += this.#count[edge--] as number;
    let sure = 0;
    let unsure = 0;
    for (let handle = 0; handle < this.#length; handle++) {
      const here = level[handle] as number;
      if (here > edge) out[sure++] = handle;
      else if (here === edge) doubtful[unsure++] = handle;
    }
    this.doubtful = unsure;
    return sure;
  }

  /** Leading 16 bits, in the order of the numbers: negative ones count down. */
  #levelOf(value: number): number {
    this.#float[0] = value;
    const bits = this.#bits[0] as number;
    return (bits ^ ((bits >> 31) | 0x80000000)) >>> 16;
  }
}
