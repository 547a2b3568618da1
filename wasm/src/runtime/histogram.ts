/**
 * Counts of values in buckets that widen by an eighth of a power of two: any quantile is right within
 * about 9 %, in 4 kB and without an allocation per value.
 */
export class Histogram {
  readonly #buckets = new Uint32Array(8 * 64);
  #count = 0;
  #highest = 0;

  get count(): number {
    return this.#count;
  }

  get highest(): number {
    return this.#highest;
  }

  /** @param value ≥ 0, of any unit */
  add(value: number): void {
    this.#count++;
    if (value > this.#highest) this.#highest = value;
    const bucket =
      value < 1 ? 0 : Math.min(this.#buckets.length - 1, Math.ceil(Math.log2(value) * 8));
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
  }

  /** @param share 0…1 @returns upper end of its bucket, at most the highest value; 0 when empty */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      seen += this.#buckets[bucket] as number;
      if (seen >= wanted) return Math.min(2 ** (bucket / 8), this.#highest);
    }
    return 0;
  }
}
