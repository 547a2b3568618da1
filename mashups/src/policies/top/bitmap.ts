import { grown } from "../grown";

/** A set of small integers, a bit each: of a million devices 125 kB, which a processor keeps near. */
export class Bitmap {
  #words = new Uint32Array(1);

  reserve(bound: number): void {
    this.#words = grown(this.#words, (bound + 31) >>> 5);
  }

  has(n: number): boolean {
    return (((this.#words[n >>> 5] as number) >>> (n & 31)) & 1) === 1;
  }

  add(n: number): void {
    this.#words[n >>> 5] = (this.#words[n >>> 5] as number) | (1 << (n & 31));
  }

  /** Leaves out `n` and its neighbours of the same word: for emptying by the members. */
  clearAround(n: number): void {
    this.#words[n >>> 5] = 0;
  }
}
