import type { Rng } from "@fogwot/core/base";
import { grown } from "../grown";
import type { Levels } from "./levels";
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

/** As `Top`, for values of which few change per slot and which are kept in `levels`. */
export class LevelledTop {
  readonly #threshold = new Threshold();
  #doubtful = new Int32Array(16);
  #values = new Float64Array(16);

  take(levels: Levels, values: Float64Array, m: number, out: Int32Array, rng: Rng): void {
    if (m <= 0) return;
    this.#doubtful = grown(this.#doubtful, levels.length);
    const doubtful = this.#doubtful;
    let chosen = levels.part(m, out, doubtful);
    const unsure = levels.doubtful;
    this.#values = grown(this.#values, unsure);
    for (let i = 0; i < unsure; i++) this.#values[i] = values[doubtful[i] as number] as number;
    const edge = this.#threshold.find(this.#values, unsure, m - chosen);
    let tied = 0;
    for (let i = 0; i < unsure; i++) {
      const handle = doubtful[i] as number;
      const value = this.#values[i] as number;
      if (value > edge) out[chosen++] = handle;
      else if (value === edge) doubtful[tied++] = handle;
    }
    if (chosen + tied > m) shuffleFirst(doubtful, tied, m - chosen, rng);
    for (let i = 0; chosen < m; i++) out[chosen++] = doubtful[i] as number;
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
