import type { Rng } from "@fogwot/core/base";
import { grown } from "../grown";
import { Threshold } from "./threshold";

/**
 * The m devices with the highest values, in no order; of those that tie for the last places every
 * set is equally likely.
 */
export class Top {
  readonly #threshold = new Threshold();
  #ties = new Int32Array(16);

  /**
   * @param values by handle, below `bound`; −Infinity for a handle nobody has
   * @param m at most the number of devices
   * @param out gets m handles
   */
  take(values: Float64Array, bound: number, m: number, out: Int32Array, rng: Rng): void {
    if (m <= 0) return;
    const edge = this.#threshold.find(values, bound, m);
    this.#ties = grown(this.#ties, bound);
    const ties = this.#ties;
    let chosen = 0;
    let tied = 0;
    for (let handle = 0; handle < bound; handle++) {
      const value = values[handle] as number;
      if (value > edge) out[chosen++] = handle;
      else if (value === edge) ties[tied++] = handle;
    }
    if (chosen + tied > m) shuffleFirst(ties, tied, m - chosen, rng);
    for (let i = 0; chosen < m; i++) out[chosen++] = ties[i] as number;
  }
}

/** The first `places` of `list` become a random choice of its `length` entries, in random order. */
export function shuffleFirst(list: Int32Array, length: number, places: number, rng: Rng): void {
  for (let i = 0; i < places; i++) swap(list, i, i + rng.int(length - i));
}

/** Puts list[from…to−1] in random order. */
export function shuffle(list: Int32Array, from: number, to: number, rng: Rng): void {
  for (let i = from; i < to - 1; i++) swap(list, i, i + rng.int(to - i));
}

function swap(list: Int32Array, i: number, j: number): void {
  const held = list[i] as number;
  list[i] = list[j] as number;
  list[j] = held;
}
