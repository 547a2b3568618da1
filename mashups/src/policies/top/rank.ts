import type { Rng } from "@fogwot/core/base";
import type { Levels } from "./levels";
import { Sort } from "./sort";
import { LevelledTop, shuffle, Top } from "./top";

/**
 * The devices with the highest values, best first; every order of those that tie is equally likely.
 */
export class Rank {
  readonly #top = new Top();
  readonly #levelledTop = new LevelledTop();
  readonly #sort = new Sort();

  /** As `Top.take`: in no order. @param levels of the same values */
  takeUnordered(
    values: Float64Array,
    places: number,
    out: Int32Array,
    rng: Rng,
    levels: Levels,
  ): void {
    this.#levelledTop.take(levels, values, places, out, rng);
  }

  /** As `Top.take`, in order. @param levels of the same values, where they are kept */
  take(
    values: Float64Array,
    bound: number,
    places: number,
    out: Int32Array,
    rng: Rng,
    levels?: Levels,
  ): void {
    if (levels) this.#levelledTop.take(levels, values, places, out, rng);
    else this.#top.take(values, bound, places, out, rng);
    const sorted = this.#sort.sort(out, places, values);
    let first = 0;
    for (let i = 1; i <= places; i++) {
      if (i < places && sorted[i] === sorted[first]) continue;
      if (i - first > 1) shuffle(out, first, i, rng);
      first = i;
    }
  }
}
