import type { Rng } from "@fogwot/core/base";
import { sortByValue } from "./sort";
import { shuffle, Top } from "./top";

/**
 * The devices with the highest values, best first; every order of those that tie is equally likely.
 */
export class Rank {
  readonly #top = new Top();

  /** As `Top.take`, in order. */
  take(values: Float64Array, bound: number, places: number, out: Int32Array, rng: Rng): void {
    this.#top.take(values, bound, places, out, rng);
    sortByValue(out, values, 0, places - 1);
    let first = 0;
    for (let i = 1; i <= places; i++) {
      const before = values[out[first] as number] as number;
      if (i < places && (values[out[i] as number] as number) === before) continue;
      if (i - first > 1) shuffle(out, first, i, rng);
      first = i;
    }
  }
}
